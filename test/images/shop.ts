import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type DebianImageName, debianImages } from './debian/images.ts';

/** What most public files look like, in one: a proxy, an application, a migration, two databases. */
export const COMPOSE = `services:
  proxy:
    image: \${REGISTRY:?}/nginx:1
    ports: ['127.0.0.1::80']
    configs: [{ source: site, target: /etc/nginx/conf.d/default.conf }]
    networks: [default, edge]
    restart: always
    depends_on: [app]
  app:
    image: \${REGISTRY}/node:18
    command: [node, server.js]
    working_dir: /app
    init: true
    env_file: app.env
    environment: { VERSION: '\${VERSION:-1}' }
    secrets: [password]
    volumes: [./app:/app:ro]
    deploy: { replicas: 3, restart_policy: { condition: any, delay: 100ms } }
    depends_on:
      migrate: { condition: service_completed_successfully }
      cache: { condition: service_started, restart: true }
  migrate:
    image: \${REGISTRY}/postgres:15
    user: postgres
    entrypoint: [sh, -ec, 'PGPASSWORD=$$(cat /run/secrets/password) exec psql -v ON_ERROR_STOP=1 -f /migrations/1.sql']
    environment: { PGHOST: db, PGUSER: shop, PGDATABASE: shop }
    secrets: [password]
    volumes: [./migrations:/migrations:ro]
    depends_on: { db: { condition: service_healthy } }
  db:
    image: \${REGISTRY}/postgres:15
    environment: { POSTGRES_USER: shop, POSTGRES_DB: shop, POSTGRES_PASSWORD_FILE: /run/secrets/password }
    secrets: [password]
    volumes: [data:/var/lib/postgresql/data]
    restart: always
    healthcheck:
      test: [CMD-SHELL, 'pg_isready -h 127.0.0.1 -U shop']
      interval: 200ms
      retries: 100
  cache:
    image: \${REGISTRY}/redis:7
    command: [--appendonly, 'yes', --appendfsync, always]
    volumes: [cache:/data]
    restart: unless-stopped
configs: { site: { file: ./site.conf } }
secrets: { password: { file: ./password } }
volumes: { data: , cache: }
networks: { edge: { external: true, name: edge } }
`;

const SITE = `resolver 127.0.0.11 valid=1s;
server {
  listen 80;
  location / { set $app app; proxy_pass http://$app:3000; proxy_connect_timeout 2s; }
}
`;

/** Counts visits in both databases. */
const SERVER = `const { readFileSync } = require('node:fs');
const { hostname } = require('node:os');
const { Pool } = require('pg');
const redis = require('redis').createClient({ url: process.env.CACHE_URL });
const password = readFileSync('/run/secrets/password', 'utf8').trim();
const pool = new Pool({ host: 'db', user: 'shop', database: 'shop', password });
pool.on('error', () => {});
redis.on('error', () => {});
redis.connect();
const { VERSION: version, GREETING: greeting } = process.env;
require('node:http').createServer(async (_, response) => {
  try {
    await pool.query('INSERT INTO visits DEFAULT VALUES');
    const { rows } = await pool.query('SELECT count(*)::int AS visits FROM visits');
    const cached = await redis.incr('visits');
    response.end(JSON.stringify({ host: hostname(), version, greeting, visits: rows[0].visits, cached }));
  } catch (error) {
    response.statusCode = 503;
    response.end(String(error));
  }
}).listen(3000);
`;

export const SHOP_IMAGES = [
  'nginx:1',
  'node:18',
  'postgres:15',
  'redis:7',
] as const satisfies readonly DebianImageName[];

/** Pushes the images of the shop to a registry; `directory` is for their layouts. */
export const pushShopImages = (directory: string, registry: string): void => {
  for (const name of SHOP_IMAGES) {
    const layout = join(directory, name.replace(':', '-'));
    debianImages(layout, [name]);
    execFileSync(
      'skopeo',
      [
        ...['copy', '-q', '--insecure-policy', '--dest-tls-verify=false'],
        `oci:${layout}:${name.split(':')[1]}`,
        `docker://${registry}/${name}`,
      ],
      { stdio: 'pipe' },
    );
  }
};

/** Writes all files of the shop but its Compose file. */
export const writeShopFiles = (
  write: (path: string, text: string, mode?: number) => void,
  registry: string,
): void => {
  write('.env', `REGISTRY=${registry}\n`);
  write('app.env', 'GREETING=hello\nCACHE_URL=redis://cache\n');
  write('password', 'very secret\n', 0o600);
  write('site.conf', SITE);
  write('app/server.js', SERVER);
  write('migrations/1.sql', 'CREATE TABLE IF NOT EXISTS visits (id serial PRIMARY KEY);\n');
};
