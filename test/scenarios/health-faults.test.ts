import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kill } from 'node:process';
import { patience } from '../patience.ts';
import { callSupervisor } from './harness/control.ts';
import { eventually } from './harness/eventually.ts';
import { healthOf, lastResult, untilHealth } from './harness/health.ts';
import { cgroupPath, isUnified } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

/** The commands of all processes of a service. */
const commandsOf = async (project: Project, service: string): Promise<readonly string[]> => {
  const { ID } = await project.container(service);
  const { body } = await callSupervisor(project, { path: `/containers/${ID}/top` });
  const { Processes = [] } = (body ?? {}) as { readonly Processes?: readonly (readonly string[])[] };
  return Processes.map((row) => row.at(-1)!);
};

/** The PIDs of the programs with this argument. */
const processesWith = (argument: string): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words[0] === 'sleep' && words[1] === argument;
      } catch {
        return false;
      }
    });

scenario(
  'a check that forks for ever, in sessions of its own, leaves nothing when its time is over [kernel, limits]',
  async (t, project) => {
    const forks = 'while :; do setsid sh -c \\"sleep 7301 & sleep 7302\\" & done 2>/dev/null & sleep 7303';
    project.compose(`services:
  web:
    ${stays()}
    pids_limit: 80
    healthcheck: { test: "${forks}", timeout: ${patience}s, interval: 1h }
`);
    await project.up();
    await eventually('the check has many processes', () => processesWith('7301').length > 5);
    const health = await untilHealth(project, 'web', ({ Log }) => Log.length > 0);
    t.is(lastResult(health).ExitCode, -1);
    // Red without the cgroup of checks in probe.ts, where only the shell is killed.
    await eventually('nothing of it is left', async () => {
      const found = (await commandsOf(project, 'web')).filter((command) => /730[123]/.test(command));
      return found.length === 0;
    });
    await project.exec('web', 'true');
    t.is((await project.container('web')).State, 'running');
  },
);

scenario(
  'a check joins the cgroup into which the first process of its container has gone meanwhile [limits]',
  async (t, project) => {
    // Where there is one hierarchy, checks have a cgroup of their own in it.
    if (isUnified()) {
      t.pass();
      return;
    }
    project.compose(`services:
  web:
    ${stays()}
    healthcheck: { test: [CMD, cat, /proc/self/cgroup], interval: 50ms }
`);
    await project.up();
    await untilHealth(project, 'web', ({ Log }) => Log.length > 1);
    const { Pid } = await project.container('web');
    const inner = join(dirname(cgroupPath(Pid, 'pids', 'cgroup.procs')), 'inner');
    mkdirSync(inner);
    writeFileSync(join(inner, 'cgroup.procs'), String(Pid));
    // Red without: `areSame` in engine/exec/exec.ts.
    await untilHealth(project, 'web', ({ Log }) => /\/inner$/m.test(Log.at(-1)!.Output));
    t.is((await project.container('web')).State, 'running');
  },
);

scenario(
  'what a check leaves in the background ends with it, and the OOM killer ends a check alone [limits]',
  async (t, project) => {
    project.compose(`services:
  leaves:
    ${stays()}
    healthcheck: { test: "setsid sleep 7304 & echo left", interval: 1h }
  hungry:
    ${stays()}
    memory: 16m
    healthcheck: { test: "head -c 100m /dev/zero | tail", interval: 1h }
`);
    await project.up();
    const left = await untilHealth(project, 'leaves', ({ Log }) => Log.length > 0);
    t.deepEqual([lastResult(left).ExitCode, lastResult(left).Output], [0, 'left\n']);
    await eventually('nothing is left of it', () => processesWith('7304').length === 0);
    const hungry = await untilHealth(project, 'hungry', ({ Log }) => Log.length > 0);
    t.is(lastResult(hungry).ExitCode, 137);
    t.is((await project.container('hungry')).State, 'running');
  },
);

scenario(
  'a container that ends, or is taken down, does not wait for its check; a restart begins anew',
  async (t, project) => {
    project.compose(`services:
  ends:
    ${stays()}
    healthcheck: { test: "sleep 7305", timeout: 1h }
  other:
    ${stays()}
    pid: host
    healthcheck: { test: "test -e /tmp/again || { touch /tmp/again; exit 0; }; sleep 7306", timeout: 1h, interval: 1h }
`);
    await project.up();
    await eventually('the check runs', () => processesWith('7305').length === 1);
    await project.change('kill', 'ends');
    await eventually('the check is over', () => processesWith('7305').length === 0);
    t.is((await project.container('ends')).ExitCode, 137);
    t.is((await healthOf(project, 'ends'))?.Status, 'unhealthy');

    await untilHealth(project, 'other', ({ Status }) => Status === 'healthy');
    await project.changeAtOnce('restart', 'other');
    await eventually('the next check runs', () => processesWith('7306').length === 1);
    t.deepEqual(await healthOf(project, 'other'), { Status: 'starting', FailingStreak: 0, Log: [] });
    await project.changeAtOnce('down');
    t.deepEqual(processesWith('7306'), []);
  },
);

scenario(
  'while a container is paused there are no checks, and one that runs is given up [limits]',
  async (t, project) => {
    project.compose(`services:
  web:
    ${stays()}
    healthcheck: { test: "test ! -e /tmp/slow || sleep 7307", interval: 100ms, timeout: 1h }
`);
    await project.up();
    await untilHealth(project, 'web', ({ Log }) => Log.length === 5);
    await project.exec('web', 'touch', '/tmp/slow');
    const before = await eventually('a check does not end', () => processesWith('7307')[0]);
    await project.change('pause');
    await eventually('it is given up', () => processesWith('7307').length === 0);
    const paused = await healthOf(project, 'web');
    t.is(paused?.Status, 'healthy');
    await project.change('unpause');
    await eventually('another check begins', () => {
      const [now] = processesWith('7307');
      return now !== undefined && now !== before;
    });
    t.deepEqual(await healthOf(project, 'web'), paused, 'the check that was given up has no result');
    await project.exec('web', 'rm', '/tmp/slow');
    await project.changeAtOnce('down');
  },
);

scenario(
  'the next supervisor kills the check of the one before, keeps what is known, and goes on',
  async (t, project) => {
    project.compose(`services:
  well:
    ${stays()}
    healthcheck: { test: "echo well", interval: 1h }
  hung:
    ${stays()}
    healthcheck: { test: "sleep 7308", timeout: 1h }
`);
    await project.up();
    const well = await untilHealth(project, 'well', ({ Status }) => Status === 'healthy');
    const [first] = await eventually('the check runs', () => {
      const found = processesWith('7308');
      return found.length === 1 && found;
    });
    await eventually('the record has the health', () => {
      const record = readFileSync(project.path('.state', project.name, 'project.json'), 'utf8');
      return record.includes('"status":"healthy"');
    });
    kill(project.supervisor()!, 'SIGKILL');
    await project.up();
    // Red without killChecks in resumeHealth.
    await eventually('another check runs, alone', () => {
      const [one, ...more] = processesWith('7308');
      return one !== undefined && one !== first && more.length === 0;
    });
    const again = await untilHealth(project, 'well', ({ Log }) => Log.length === 2);
    t.deepEqual([again.Status, again.Log[0]], ['healthy', well.Log[0]]);
    await project.changeAtOnce('down');
  },
);
