import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { startDockerRegistry } from '../images/registry/docker-registry.ts';
import { COMPOSE, pushShopImages, writeShopFiles } from '../images/shop.ts';
import { composeProgram } from './others.ts';
import type { Place } from './prepare.ts';
import type { Figures, Subject } from './rounds.ts';

const PROJECT = 'tscompose-bench-shop';

/**
 * From `up` to the first good answer through the published port: the proxy, the application, a migration and two
 * databases of the scenario of the whole, from empty volumes, with the images there.
 */
export function whole(place: Place): readonly Subject[] {
  if (['mmdebstrap', 'docker-registry', 'skopeo'].some((name) => spawnSync(name, ['--version']).error))
    return [];
  const directory = join(place.directory, 'shop');
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text, { mode });
  };
  let prepared: Promise<() => Promise<unknown>> | undefined;
  const prepareAll = async (): Promise<() => Promise<unknown>> => {
    mkdirSync(join(directory, 'registry'), { recursive: true });
    const { host, stop } = await startDockerRegistry(join(directory, 'registry'));
    pushShopImages(directory, host);
    write('compose.yaml', forBoth(COMPOSE));
    writeShopFiles(write, host);
    // docker-compose mounts the file itself, and a container's user reads it.
    chmodSync(join(directory, 'password'), 0o644);
    return stop;
  };
  const subject = (
    name: string,
    program: string,
    words: readonly string[],
    network: readonly string[],
  ): Subject => {
    const compose = (...rest: readonly string[]): readonly string[] => [
      ...[...words, '-p', PROJECT, '-f', join(directory, 'compose.yaml'), ...rest],
    ];
    const run = (...rest: readonly string[]): void =>
      void execFileSync(program, rest, { env: place.environment, stdio: 'ignore' });
    return {
      name,
      run: async (): Promise<Figures> => {
        prepared ??= prepareAll();
        await prepared;
        run(...compose('pull'));
        spawnSync(network[0]!, [...network.slice(1), 'create', 'edge'], { env: place.environment });
        const port = await freePort();
        const begin = performance.now();
        const up = spawn(program, compose('up', '-d'), {
          env: { ...place.environment, PORT: `${port}` },
          stdio: 'ignore',
        });
        const ended = endOf(up).then(() => performance.now() - begin);
        try {
          await firstAnswer(port);
          const answer = performance.now() - begin;
          return { [`${name}, first answer`]: answer, [`${name}, up`]: await ended };
        } finally {
          await ended;
          run(...compose('down', '-v'));
          spawnSync(network[0]!, [...network.slice(1), 'rm', 'edge'], { env: place.environment });
        }
      },
    };
  };
  const own = ['--', place.tscompose];
  const beside = composeProgram();
  const subjects = [
    subject('tscompose shop', process.execPath, own, [process.execPath, ...own, 'network']),
    ...(beside ? [subject('Docker Compose shop', beside[0]!, beside.slice(1), ['docker', 'network'])] : []),
  ];
  const end = async (): Promise<void> => void (await (await prepared)?.());
  return subjects.map((one, index) => (index === subjects.length - 1 ? { ...one, end } : one));
}

/** docker-compose 1.29 has no configs and no `restart` of a dependency: both tools get the file without them. */
const forBoth = (text: string): string =>
  REPLACED.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`bench: the shop has no \`${from}\` any more`);
    return changed.replace(from, to);
  }, text);

const REPLACED: readonly (readonly [from: string, to: string])[] = [
  ['127.0.0.1::80', '127.0.0.1:${PORT:-}:80'],
  [
    'configs: [{ source: site, target: /etc/nginx/conf.d/default.conf }]',
    'volumes: [./site.conf:/etc/nginx/conf.d/default.conf:ro]',
  ],
  ['configs: { site: { file: ./site.conf } }\n', ''],
  [', restart: true }', ' }'],
];

/** Asks again and again, as a user with a browser does; each request is refused or answered at once. */
async function firstAnswer(port: number): Promise<void> {
  const end = performance.now() + 120_000;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) }).catch(
      () => undefined,
    );
    await response?.body?.cancel();
    if (response?.status === 200) return;
    if (performance.now() > end) throw new Error('bench: the shop has not answered for two minutes');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });

const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.once('close', () => resolve()));
