import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DEFAULT_CAPABILITIES } from '../../src/container/defaults.ts';
import { BESIDE_SERVICES } from '../../src/container/resolver.ts';
import { resolverPorts } from '../../src/container/resolver-ports.ts';
import { confinementOf } from '../../src/container/seccomp/confinement.ts';
import { compileFilter } from '../../src/container/seccomp/filter.ts';
import { ARCHITECTURE } from '../../src/kernel/program/architecture.ts';

/** Where everything that is measured happens. */
export type Place = {
  readonly directory: string;
  /** In memory, as /run is on most machines. */
  readonly run: string;
  /** On disk. */
  readonly state: string;
  /** A root with busybox in it. */
  readonly root: string;
  /** The limit program, or undefined where there is no C compiler. */
  readonly limit: string | undefined;
  /** The compose file of a project with n services. */
  readonly project: (services: number) => string;
  readonly tscompose: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly remove: () => void;
};

const DIST = resolve(import.meta.dirname, '../../dist/tscompose.js');

export function prepare(): Place {
  if (process.geteuid?.() !== 0) throw new Error('bench: containers take root');
  if (!existsSync(DIST)) throw new Error('bench: run `npm run build` first');
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-bench-'));
  const run = mkdtempSync('/dev/shm/tscompose-bench-');
  const state = join(directory, 'state');
  const root = join(directory, 'root');
  mkdirSync(state);
  for (const name of ['bin', 'proc', 'sys', 'dev', 'tmp', 'etc'])
    mkdirSync(join(root, name), { recursive: true });
  // As an exported image has them; where they are missing, each start makes them in the layer.
  for (const name of ['hosts', 'hostname', 'resolv.conf']) writeFileSync(join(root, 'etc', name), '');
  for (const name of ['busybox', 'sleep', 'true']) copyFileSync(busybox(), join(root, 'bin', name));
  for (const name of ['busybox', 'sleep', 'true']) chmodSync(join(root, 'bin', name), 0o755);
  return {
    directory,
    run,
    state,
    root,
    limit: compileLimit(join(directory, 'limit')),
    project: (services) =>
      writeProject(directory, `bench${services}`, services, SERVICE, `name: bench${services}`),
    tscompose: DIST,
    environment: {
      ...process.env,
      TSCOMPOSE_RUN_DIR: join(run, 'run'),
      TSCOMPOSE_STATE_DIR: join(state, 'state'),
    },
    remove: () => {
      for (const path of [directory, run]) rmSync(path, { recursive: true, force: true });
    },
  };
}

function busybox(): string {
  const found = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
  if (!found) throw new Error('bench: apt-get install busybox-static');
  return found;
}

export function compileLimit(output: string): string | undefined {
  const [filter, names] = [`${output}.filter`, `${output}.names`];
  writeFileSync(filter, filterText());
  writeFileSync(names, [...resolverPorts(BESIDE_SERVICES).bytes].join(','));
  return compile('limit.c', output, [`-DFILTER="${filter}"`, `-DNAMES="${names}"`]);
}

/** Compiles a program of this folder; undefined where there is no C compiler. */
export function compile(source: string, output: string, flags: readonly string[] = []): string | undefined {
  try {
    const words = ['-O2', ...flags, '-o', output, join(import.meta.dirname, source)];
    execFileSync('cc', words, { stdio: 'ignore' });
    return output;
  } catch {
    return undefined;
  }
}

/** The filter of a service with the default profile, in C: `{code, jt, jf, k}` for each instruction. */
function filterText(): string {
  const [major, minor] = release().split('.');
  const host = { architecture: ARCHITECTURE, kernel: `${major}.${minor}` };
  const confinement = confinementOf({ privileged: false }, DEFAULT_CAPABILITIES, host)!;
  return compileFilter(confinement.rules, ARCHITECTURE)
    .map(({ code, jt, jf, k }) => `{${code}, ${jt}, ${jf}, ${k}u},`)
    .join('\n');
}

/** The service that limit.c makes in C. */
export const SERVICE = `{rootfs: ./root, command: [/bin/sleep, '1000'], memory: 64m, cpus: 0.5, pids_limit: 256, stop_grace_period: 0s}`;

export function writeProject(
  directory: string,
  name: string,
  services: number,
  service: string | ((index: number) => string),
  head: string,
): string {
  const path = join(directory, `${name}.yaml`);
  const lines = Array.from({ length: services }, (_, index) => {
    const written = typeof service === 'string' ? service : service(index + 1);
    return `  s${index + 1}: ${written}\n`;
  });
  writeFileSync(path, `${head}\nservices:\n${lines.join('')}`);
  return path;
}
