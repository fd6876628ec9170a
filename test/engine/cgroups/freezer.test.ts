import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import test from 'ava';
import {
  type Cgroup,
  cgroupDirectory,
  cgroupRoot,
  joined,
} from '../../../src/container/cgroups/hierarchies.ts';
import { hold } from '../../../src/engine/cgroups/cgroup-parents.ts';
import { freezeCompletely, freezerOf } from '../../../src/engine/cgroups/freezer.ts';
import { killCgroup, removeDirectory, removeLeftCgroups } from '../../../src/engine/cgroups/live-cgroups.ts';
import { hostFacts } from '../../../src/engine/facts/gather-facts.ts';
import { type CgroupLayout, hierarchyWith } from '../../../src/kernel/cgroup.ts';
import { makeCgroup } from './empty-cgroup.ts';

const host = hostFacts({ soft: 1024, hard: 4096 }).cgroups;
let count = 0;

/** proc_pid_status(5): the mask of pending signals has bit 14; others, such as SIGCHLD, may be pending as well. */
const PENDING_SIGTERM = /^ShdPnd:\t[\da-f]*[4-7c-f][\da-f]{3}$/m;

for (const version of [1, 2] as const) {
  const layout: CgroupLayout = {
    mode: `v${version}`,
    hierarchies: host.hierarchies.filter((hierarchy) => hierarchy.version === version),
  };
  const cgroup: Cgroup = {
    path: `tscompose-test-freezer-${process.pid}-${++count}`,
    controllers: [],
    guarded: [],
  };
  const hierarchies = joined(layout);
  const isPossible =
    process.geteuid?.() === 0 &&
    hierarchies.length > 0 &&
    (version === 2 || hierarchyWith(layout, 'freezer') !== undefined);

  (isPossible ? test : test.skip)(
    `version ${version}: a frozen process gets no signal before it is thawed`,
    async (t) => {
      const directories = hierarchies.map((one) => cgroupDirectory(one, cgroup.path));
      for (const directory of directories) makeCgroup(directory);
      // It starts other processes all the time.
      const child = spawn('sh', ['-c', 'read go; while :; do /bin/true; done'], {
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const ended = once(child, 'exit');
      for (const directory of directories) writeFileSync(`${directory}/cgroup.procs`, String(child.pid));
      child.stdin!.write('go\n');
      const freezer = freezerOf(layout, cgroup)!;
      t.teardown(async () => {
        freezer.thaw();
        killCgroup(layout, cgroup);
        await removeLeftCgroups(layout, cgroup);
      });
      t.false(freezer.isRequested());

      t.true(await freezeCompletely(freezer, () => true));
      t.true(freezer.isRequested());
      child.kill('SIGTERM');
      t.regex(readFileSync(`/proc/${child.pid}/status`, 'utf8'), PENDING_SIGTERM);

      freezer.thaw();
      t.false(freezer.isRequested());
      t.deepEqual(await ended, [null, 'SIGTERM']);
    },
  );

  (isPossible ? test : test.skip)(
    `version ${version}: a container of an earlier version, in fewer hierarchies, is frozen as well`,
    async (t) => {
      const own = { ...cgroup, path: `${cgroup.path}-3` };
      const paths = hierarchies
        .filter(({ controllers }) => !controllers.includes('freezer'))
        .map((one) => makeCgroup(cgroupDirectory(one, own.path)));
      const child = spawn('sleep', ['1000']);
      const ended = once(child, 'exit');
      for (const path of paths) writeFileSync(`${path}/cgroup.procs`, String(child.pid));
      const freezer = freezerOf(layout, own)!;
      t.teardown(() => removeLeftCgroups(layout, own));
      t.true(await freezeCompletely(freezer, () => true));
      t.true(freezer.isRequested());
      killCgroup(layout, own);
      freezer.thaw();
      await ended;
    },
  );

  // Red without: the earlier directory in freezer.ts.
  if (version === 1)
    (isPossible ? test : test.skip)(
      `version ${version}: a container that an earlier version has paused is thawed, and can be paused again`,
      async (t) => {
        const own = { ...cgroup, path: `tscompose-test-freezer/${cgroup.path}-4` };
        const hierarchy = hierarchyWith(layout, 'freezer')!;
        const earlier = cgroupDirectory(hierarchy, `tscompose/${cgroup.path}-4`);
        hold(cgroupRoot(hierarchy), `tscompose/${cgroup.path}-4`);
        const child = spawn('sleep', ['1000']);
        const ended = once(child, 'exit');
        writeFileSync(`${earlier}/cgroup.procs`, String(child.pid));
        writeFileSync(`${earlier}/freezer.state`, 'FROZEN');
        const freezer = freezerOf(layout, own)!;
        t.true(freezer.isRequested());
        freezer.thaw();
        t.false(freezer.isRequested());
        t.false(existsSync(earlier));
        t.true(await freezeCompletely(freezer, () => true));
        freezer.thaw();
        child.kill('SIGKILL');
        await ended;
        await removeLeftCgroups(layout, own);
        for (const path of [cgroupDirectory(hierarchy, own.path), earlier]) removeDirectory(dirname(path));
      },
    );

  (isPossible ? test : test.skip)(
    `version ${version}: a freeze that is no longer wanted is left to its thaw`,
    async (t) => {
      const directories = hierarchies.map((one) => cgroupDirectory(one, `${cgroup.path}-2`));
      for (const directory of directories) makeCgroup(directory);
      const own = { ...cgroup, path: `${cgroup.path}-2` };
      const freezer = freezerOf(layout, own)!;
      t.teardown(() => removeLeftCgroups(layout, own));
      t.false(await freezeCompletely(freezer, () => false));
      freezer.thaw();
      t.false(freezer.isRequested());
    },
  );
}
