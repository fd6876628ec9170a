import test from 'ava';
import { printCanonical } from '../../src/project/print.ts';
import { loadText } from './support.ts';

const text = `services:
  web:
    memory: 64m
    command: echo $$HOME
    depends_on: [db]
    volumes: ["./data:/data:ro"]
    stop_grace_period: 90s
  db: {command: sleep 1, networks: [back], x-note: kept}
networks: {back: {ipam: {config: [{subnet: 10.1.0.0/24}]}}}
x-top: [1]
`;

test('YAML in the names and shapes of Docker Compose, keys in order', (t) => {
  t.is(
    printCanonical(loadText(text).canonical!, 'yaml'),
    `name: project
services:
  db:
    command:
      - sleep
      - "1"
    networks:
      back: null
    rootfs: host
    x-note: kept
  web:
    command:
      - echo
      - $$HOME
    depends_on:
      db:
        condition: service_started
        required: true
    mem_limit: "67108864"
    networks:
      default: null
    stop_grace_period: 1m30s
    volumes:
      - type: bind
        source: /project/data
        target: /data
        read_only: true
        bind: {}
    rootfs: host
networks:
  back:
    name: project_back
    ipam:
      config:
        - subnet: 10.1.0.0/24
  default:
    name: project_default
x-top:
  - 1
`,
  );
});

test('JSON has the same', (t) => {
  const printed = JSON.parse(printCanonical(loadText(text).canonical!, 'json'));
  t.deepEqual(Object.keys(printed), ['name', 'services', 'networks', 'x-top']);
  t.is(printed.services.web.mem_limit, '67108864');
});
