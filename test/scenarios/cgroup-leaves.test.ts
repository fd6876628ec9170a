import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ExecutionContext } from 'ava';
import { joined, nameOf } from '../../src/container/cgroups/hierarchies.ts';
import { cgroupLayout } from '../../src/engine/facts/gather-facts.ts';
import { type Hierarchy, hierarchyWith } from '../../src/kernel/cgroup.ts';
import { cgroupPath, isUnified } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const layout = cgroupLayout();
const v2 = isUnified();

/** Mounts every hierarchy, prints the cgroups in it, and takes away what limits there are. */
const ATTACK = `m=$(mktemp -d)
cut -d: -f2 /proc/self/cgroup | while read h; do
  type=cgroup; [ "$h" ] || type=cgroup2
  mount -t $type -o "\${h:-rw}" none $m 2>/dev/null || { echo "$h refused"; continue; }
  echo "$h $(cd $m; find . -type d | tr '\\n' ' ')"
  for f in memory.memsw.limit_in_bytes=-1 memory.limit_in_bytes=-1 cpu.cfs_quota_us=-1 cpu.shares=262144 \\
      memory.swap.max=max memory.max=max pids.max=max cpu.max=max cpu.weight=10000; do
    [ -e $m/\${f%%=*} ] && echo "\${f#*=}" 2>/dev/null >$m/\${f%%=*}
  done
  umount $m
done`;

const WAYS = {
  'a user namespace': `unshare -UrmC sh -c '${ATTACK.replaceAll("'", `'\\''`)}' 2>/dev/null || echo refused`,
  CAP_SYS_ADMIN: `unshare -m sh -c '${ATTACK.replaceAll("'", `'\\''`)}'`,
  'the mounts in /sys/fs/cgroup': `for d in /sys/fs/cgroup /sys/fs/cgroup/*/; do
    mount -o remount,rw,bind $d 2>/dev/null; find $d -name 'victim*'; done; true`,
} as const;

const LIMITS = 'mem_limit: 32m, pids_limit: 30, cpus: 0.5, cpu_shares: 100';

// Red without: a hierarchy of those in `joined` (victims are found), the first of the two levels in `limitSteps`
// (limits are lifted), `treeOf` in memoryKills (not counted on version 1), the call of endSelfFrozen (it does not end).
scenario(
  'a container that mounts cgroups reaches nothing above its own, and its limits hold [limits]',
  async (t, project) => {
    project.compose(`services:
  plain: { ${stays()}, stop_grace_period: 0s, ${LIMITS} }
  admin: { ${stays()}, stop_grace_period: 0s, ${LIMITS}, cap_add: [SYS_ADMIN], security_opt: ["seccomp=unconfined"] }
`);
    const victims = joined(layout).map((hierarchy) => `${rootOf(hierarchy)}/victim-${project.name}`);
    for (const victim of victims) mkdirSync(victim);
    try {
      await project.up();
      const inside = (service: string, script: string) => project.exec(service, 'sh', '-c', script);
      const names = joined(layout).map((hierarchy) => (hierarchy.version === 2 ? '' : nameOf(hierarchy)));
      const own = names.map((name) => `${name} .`).toSorted();
      const lines = (text: string) =>
        text
          .split('\n')
          .map((line) => line.trimEnd())
          .toSorted();
      t.regex(await inside('plain', WAYS['a user namespace']), /^(\S* (\.|refused) *\n?)+$|^refused$/);
      t.deepEqual(lines(await inside('admin', WAYS['a user namespace'])), own);
      t.deepEqual(lines(await inside('admin', WAYS.CAP_SYS_ADMIN)), own);
      t.is(await inside('admin', WAYS['the mounts in /sys/fs/cgroup']), '');
      for (const service of ['plain', 'admin']) limitsAreSet(t, (await project.container(service)).Pid);
      await limitsHold(t, project);
      await itEnds(t, project);
    } finally {
      for (const victim of victims) rmdirSync(victim);
    }
  },
);

const rootOf = ({ mountPoint }: Hierarchy): string => mountPoint;

/** Above the leaf. */
function limitsAreSet(t: ExecutionContext, pid: number): void {
  const read = (controller: string, file: string): string =>
    readFileSync(`${dirname(dirname(cgroupPath(pid, controller, file)))}/${file}`, 'utf8').trim();
  t.is(read('pids', 'pids.max'), '30');
  if (v2) {
    t.is(read('memory', 'memory.max'), String(32 << 20));
    t.is(read('cpu', 'cpu.max'), '50000 100000');
    t.not(read('cpu', 'cpu.weight'), '10000');
    return;
  }
  t.is(read('memory', 'memory.limit_in_bytes'), String(32 << 20));
  t.is(read('cpu', 'cpu.cfs_quota_us'), '50000');
  t.is(read('cpu', 'cpu.shares'), '100');
}

async function limitsHold(t: ExecutionContext, project: Project): Promise<void> {
  const { Pid } = await project.container('admin');
  const file = v2 ? 'memory.max' : 'memory.limit_in_bytes';
  const lifted = readFileSync(cgroupPath(Pid, 'memory', file), 'utf8').trim();
  // With `nsdelegate`, the root of a cgroup namespace cannot be changed from inside.
  t.not(lifted, v2 && isDelegated() ? 'max' : String(32 << 20));
  const eaten = await project.attempt('admin', 'sh', '-c', 'head -c 100m /dev/zero | tail');
  t.is(eaten.code, 137, eaten.stderr);
  const forks = 'for i in 1 2 3 4; do for j in 1 2 3 4 5 6 7 8 9 0; do sleep 9 & done; done; echo all';
  t.not((await project.attempt('admin', 'sh', '-c', forks)).stdout, 'all\n');
}

const isDelegated = (): boolean => /cgroup2.*nsdelegate/.test(readFileSync('/proc/self/mountinfo', 'utf8'));

/** Also when it has frozen itself in a cgroup that it has made. */
async function itEnds(t: ExecutionContext, project: Project): Promise<void> {
  const freezer = hierarchyWith(layout, 'freezer');
  if (freezer)
    await project.exec(
      'admin',
      'unshare',
      '-m',
      'sh',
      '-c',
      `m=$(mktemp -d); mount -t cgroup -o ${nameOf(freezer)} none $m
       mkdir $m/own; echo 1 >$m/own/cgroup.procs; echo FROZEN >$m/own/freezer.state`,
    );
  await project.change('stop');
  t.like(await project.container('admin'), { State: 'exited', OOMKilled: true });
  t.like(await project.container('plain'), { State: 'exited', OOMKilled: false });
}
