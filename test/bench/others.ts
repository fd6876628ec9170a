import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Place, writeProject } from './prepare.ts';
import type { Subject } from './rounds.ts';
import { emptyDirectory, timed } from './workload.ts';

/** Other tools that start containers, where they are installed: one `true` in a container without a network. */
export function others(place: Place): readonly Subject[] {
  const bundle = emptyDirectory(place.directory, 'bundle');
  cpSync(place.root, join(bundle, 'rootfs'), { recursive: true });
  const runtimes = ['crun', 'runc'].filter(isInstalled);
  for (const runtime of runtimes.slice(0, 1)) spawnSync(runtime, ['spec'], { cwd: bundle });
  if (runtimes.length > 0) simplify(bundle);
  const tools: readonly (readonly [name: string, ...words: readonly string[]])[] = [
    // crun does not do cgroups on a hybrid machine.
    ['crun', '--cgroup-manager=disabled', 'run', '-b', bundle, 'tscompose-bench'],
    ['runc', 'run', '-b', bundle, 'tscompose-bench'],
    ['bwrap', '--unshare-all', '--bind', place.root, '/', '/bin/true'],
    ['podman', 'run', '--rm', '--network=none', '--rootfs', place.root, '/bin/true'],
  ];
  return tools
    .filter(([name]) => isInstalled(name))
    .filter(([name, ...words]) => spawnSync(name, words).status === 0)
    .map(([name, ...words]) => ({ name, run: () => ({ [name]: timed(name, words, place) }) }));
}

/** Docker Compose as words, where it and a daemon are. */
export function composeProgram(): readonly string[] | undefined {
  if (spawnSync('docker', ['info']).status !== 0) return undefined;
  return [['docker', 'compose'], ['docker-compose']].find(
    ([name = '', ...rest]) => spawnSync(name, [...rest, 'version']).status === 0,
  );
}

/** A service of the workload, for Docker Compose. */
const DOCKER_SERVICE = `{image: tscompose-bench, command: [/bin/sleep, '1000'], mem_limit: 64m, cpus: 0.5, pids_limit: 256, stop_grace_period: 0s}`;

/** The same services under Docker Compose, where it and a daemon are. */
export function dockerCompose(place: Place, sizes: readonly number[]): readonly Subject[] {
  const [program, ...words] = composeProgram() ?? [];
  if (program === undefined) return [];
  const archive = join(place.directory, 'image.tar');
  execFileSync('tar', ['-C', place.root, '-cf', archive, '.']);
  return sizes.map((size) => {
    const file = writeProject(place.directory, `docker${size}`, size, DOCKER_SERVICE, 'version: "2.4"');
    const compose = (...rest: readonly string[]): number =>
      timed(program, [...words, '-p', 'tscompose-bench', '-f', file, ...rest], place);
    return {
      name: `Docker Compose ${size}`,
      run: () => {
        execFileSync('docker', ['import', archive, 'tscompose-bench'], { stdio: 'ignore' });
        try {
          return {
            [`Docker Compose ${size} up`]: compose('up', '-d'),
            [`Docker Compose ${size} down`]: compose('down'),
          };
        } finally {
          spawnSync('docker', ['rmi', 'tscompose-bench']);
        }
      },
    };
  });
}

function simplify(bundle: string): void {
  const path = join(bundle, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8'));
  config.process.terminal = false;
  config.process.args = ['/bin/true'];
  writeFileSync(path, JSON.stringify(config));
}

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
