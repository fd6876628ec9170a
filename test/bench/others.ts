import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './prepare.ts';
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

function simplify(bundle: string): void {
  const path = join(bundle, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8'));
  config.process.terminal = false;
  config.process.args = ['/bin/true'];
  writeFileSync(path, JSON.stringify(config));
}

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
