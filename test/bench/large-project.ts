/**
 * A file with many services as people write them: fragments behind anchors, merge keys, variables with defaults,
 * services that extend others, and of each kind of short form one.
 */
export function largeProject(services: number): string {
  return `${head}services:\n${base}${Array.from({ length: services }, (_, index) => service(index)).join('')}${tail}`;
}

const head = `name: large
x-logging: &logging
  driver: json-file
  options:
    max-size: 10m
    max-file: "3"
x-environment: &environment
  LANG: C.UTF-8
  TZ: \${TZ:-Europe/Berlin}
  LOG_LEVEL: \${LOG_LEVEL:-info}
x-health: &health
  interval: 10s
  timeout: 2s
  retries: 3
`;

const base = `  base:
    command: sleep 1000
    init: true
    stop_grace_period: 5s
    cap_drop: [ALL]
    ulimits:
      nofile: {soft: 1024, hard: 4096}
`;

const service = (index: number): string => `  service${index}:
    extends: base
    command: ["sh", "-c", "exec server --port $\${PORT}"]
    environment:
      <<: *environment
      PORT: "${8000 + (index % 1000)}"
      DATABASE: postgres://\${DB_USER:-app}@db\${DB_SUFFIX-}/service${index}
    mem_limit: \${MEMORY:-64m}
    cpus: 0.5
    logging: *logging
    healthcheck:
      <<: *health
      test: ["CMD", "true"]
    volumes:
      - ./data/service${index}:/var/lib/service
      - type: tmpfs
        target: /tmp
    networks: [front, back]
    labels:
      - com.example.index=${index}
${index === 0 ? '' : `    depends_on:\n      service${(index - 1) >> 1}:\n        condition: service_started\n`}`;

const tail = `networks:
  front:
  back:
`;
