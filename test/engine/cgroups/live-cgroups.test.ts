import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { type Cgroup, cgroupDirectory, joined } from '../../../src/container/cgroups/hierarchies.ts';
import {
  killCgroup,
  removeCgroups,
  removeLeftCgroups,
  wasOutOfMemory,
  watchMemory,
} from '../../../src/engine/cgroups/live-cgroups.ts';
import { isMember, membersOf } from '../../../src/engine/cgroups/members.ts';
import { hostFacts } from '../../../src/engine/facts/gather-facts.ts';
import { makeCgroup } from './empty-cgroup.ts';

const asRoot = process.geteuid?.() === 0 ? test : test.skip;

const layout = hostFacts({ soft: 1024, hard: 4096 }).cgroups;
let count = 0;

/** A cgroup of the test's own, in the hierarchies that a container would be in; gone at its end. */
function ownCgroup(t: ExecutionContext): { cgroup: Cgroup; directories: readonly string[] } {
  const cgroup = { path: `tscompose-test-${process.pid}-${++count}`, controllers: [], guarded: [] };
  const directories = joined(layout).map((one) => cgroupDirectory(one, cgroup.path));
  for (const directory of directories) makeCgroup(directory);
  t.teardown(async () => {
    killCgroup(layout, cgroup);
    await removeLeftCgroups(layout, cgroup);
  });
  return { cgroup, directories };
}

/** A process in it, from before it does anything. */
function within(directories: readonly string[], script: string): ChildProcess {
  const child = spawn('sh', ['-c', `read go; ${script}`], { stdio: ['pipe', 'pipe', 'ignore'] });
  for (const directory of directories) writeFileSync(`${directory}/cgroup.procs`, String(child.pid));
  child.stdin!.write('go\n');
  return child;
}

asRoot('a cgroup that is still busy is removed as soon as it is not', async (t) => {
  const { cgroup, directories } = ownCgroup(t);
  const child = within(directories, 'exec sleep 1000');
  t.false(removeCgroups(layout, cgroup));
  const removed = removeLeftCgroups(layout, cgroup);
  child.kill('SIGKILL');
  await removed;
  t.deepEqual(directories.filter(existsSync), []);
});

asRoot('the members of a cgroup are those of the cgroups below it as well', async (t) => {
  const { cgroup, directories } = ownCgroup(t);
  const below = directories.map((directory) => `${directory}/below`);
  for (const directory of below) makeCgroup(directory);
  const child = within(below, 'exec sleep 1000');
  t.deepEqual(membersOf(layout, cgroup), [child.pid]);
  t.true(isMember(layout, cgroup, child.pid!));
  t.false(isMember(layout, cgroup, process.pid));
  t.false(isMember(layout, { ...cgroup, path: cgroup.path.slice(0, -1) }, child.pid!));
  child.kill('SIGKILL');
  await once(child, 'exit');
  await removeLeftCgroups(layout, { ...cgroup, path: `${cgroup.path}/below` });
});

// Red without: removeTree in live-cgroups.ts.
asRoot('cgroups that a container has made are removed with its own', (t) => {
  const { cgroup, directories } = ownCgroup(t);
  for (const directory of directories) {
    makeCgroup(`${directory}/below`);
    for (const name of ['a', 'b']) makeCgroup(`${directory}/below/${name}`);
  }
  t.true(removeCgroups(layout, cgroup));
  t.deepEqual(directories.filter(existsSync), []);
});

asRoot('a kill for want of memory counts once: what is watched later is not starved by it', async (t) => {
  const { cgroup, directories } = ownCgroup(t);
  const version = joined(layout).find(({ controllers }) => controllers.includes('memory'))?.version;
  if (version === undefined) return t.pass('no memory controller');
  const file = version === 2 ? 'memory.max' : 'memory.limit_in_bytes';
  const limited = directories.find((directory) => existsSync(`${directory}/${file}`))!;
  writeFileSync(`${limited}/${file}`, String(8 << 20));
  const isStarved = watchMemory(layout, cgroup);
  t.false(isStarved());
  const child = within(directories, 'exec tail /dev/zero');
  await once(child, 'exit');
  t.true(isStarved());
  t.true(wasOutOfMemory(layout, cgroup));
  t.false(watchMemory(layout, cgroup)());
});
