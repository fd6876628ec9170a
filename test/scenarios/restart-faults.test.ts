import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { kill } from 'node:process';
import { isNightly } from '../patience.ts';
import { eventually } from './harness/eventually.ts';
import { isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { onSmallFileSystem } from './harness/small-file-system.ts';
import { shell, stays } from './harness/yaml.ts';

const RESTARTING = isNightly ? 50 : 20;

type Recorded = {
  readonly service: string;
  readonly state: string;
  readonly restartCount?: number;
  readonly stoppedByHand?: true;
  readonly stoppedForBoot?: true;
};

/** The containers of the record on disk. */
const recorded = (project: Project): readonly Recorded[] =>
  Object.values<Recorded>(
    JSON.parse(readFileSync(project.path('.state', project.name, 'project.json'), 'utf8')).containers,
  );

const restartsOf = (service: string, project: Project): number =>
  recorded(project).find((one) => one.service === service)?.restartCount ?? 0;

/** Its PID, which is another one than `after`. */
const runs = (service: string, project: Project, after?: number): Promise<number> =>
  eventually(`${service} runs`, async () => {
    const { State, Pid } = await project.container(service);
    return State === 'running' && Pid !== after ? Pid : undefined;
  });

scenario(
  `${RESTARTING} services that end at once are restarted, and the supervisor answers meanwhile`,
  async (t, project) => {
    const services = Array.from(
      { length: RESTARTING },
      (_, index) => `  s${index}: { command: ["false"], restart: always }\n`,
    );
    project.compose(`services:\n${services.join('')}`);
    await project.ok('--progress', 'quiet', 'up', '-d');
    const answers = new Set<number>();
    await eventually('each was restarted three times', async () => {
      await project.containers();
      const counts = recorded(project).map(({ restartCount = 0 }) => restartCount);
      if (counts.length === RESTARTING && counts.every((count) => count >= 3)) return true;
      answers.add(counts.reduce((sum, count) => sum + count));
      throw new Error(counts.join(' '));
    });
    // A supervisor that was busy until all of a round are restarted would answer three times at most.
    t.true(answers.size > 3, [...answers].join(' '));
    await project.ok('--progress', 'quiet', 'stop', '-t', '0');
    t.true((await project.containers()).every(({ State }) => State === 'exited'));
    await eventually('none waits for a restart', () => project.supervisor() === undefined);
  },
);

scenario(
  'kill -9 of the supervisor while a container waits for its restart: the next one goes on',
  async (t, project) => {
    project.compose(`services:
  soon: { ${shell('echo run; exit 3')}, deploy: { restart_policy: { delay: 2s } } }
  late: { ${shell('exit 4')}, deploy: { restart_policy: { delay: 1h } } }
`);
    await project.up();
    await eventually('they wait', () => recorded(project).every(({ state }) => state === 'restarting'));
    const before = restartsOf('soon', project);
    kill(project.supervisor()!, 'SIGKILL');
    t.regex(await project.ok('ps'), /Restarting \(4\)/);
    await eventually('it ran again', () => restartsOf('soon', project) > before);
    await eventually('its output is there', async () =>
      (await project.logs('soon')).startsWith('run\nrun\n'),
    );
    t.is(restartsOf('late', project), 1);
  },
);

scenario(
  'containers that end while there is no supervisor are restarted by the next one',
  async (t, project) => {
    project.compose(`services:
  always: { ${stays()}, restart: always }
  failing: { ${stays()}, restart: on-failure }
  never: { ${stays()} }
  adopted: { ${stays()}, restart: unless-stopped }
`);
    await project.up();
    const before = new Map((await project.containers()).map(({ Service, Pid }) => [Service, Pid]));
    await project.endSupervision();
    for (const [service, pid] of before) if (service !== 'adopted') kill(pid, 'SIGKILL');
    await project.ok('ps');
    for (const service of ['always', 'failing'])
      t.true(isAlive(await runs(service, project, before.get(service))));
    // Neither a supervisor nor a guardian has seen how it ended.
    t.like(await project.container('never'), { State: 'exited', ExitCode: 255 });
    t.is(await runs('adopted', project), before.get('adopted')!);
    kill(before.get('adopted')!, 'SIGKILL');
    await runs('adopted', project, before.get('adopted'));
  },
);

scenario(
  'a full disk ends no policy: the container is tried again until there is space',
  async (t, project) => {
    await onSmallFileSystem(project, project.stateDirectory, async ({ fill, free }) => {
      project.compose(`services:\n  web: { ${stays()}, restart: always }\n`);
      await project.up();
      const { Pid } = await project.container('web');
      const supervisor = project.supervisor();
      fill();
      kill(Pid, 'SIGKILL');
      await eventually('its restart fails', async () =>
        /could not be restarted: (.|\n)*ENOSPC/.test((await project.tscompose('ps')).stderr),
      );
      t.is((await project.container('web')).State, 'restarting');
      free();
      await runs('web', project, Pid);
      t.is(project.supervisor(), supervisor);
      t.is((await project.tscompose('ps')).stderr, '');
    });
  },
);

scenario('a restart that cannot start is an attempt, and ps tells why', async (t, project) => {
  project.write('data/file', 'content');
  project.compose(`services:
  web: { ${stays()}, restart: always, volumes: [{ type: bind, source: ./data, target: /data, bind: { create_host_path: false } }] }
  few: { ${stays()}, restart: "on-failure:2", volumes: [{ type: bind, source: ./data, target: /data, bind: { create_host_path: false } }] }
`);
  await project.up();
  const [web, few] = [await project.container('web'), await project.container('few')];
  rmSync(project.path('data'), { recursive: true });
  for (const { Pid } of [web, few]) kill(Pid, 'SIGKILL');
  await eventually('it gives up', async () => (await project.container('few')).State === 'exited');
  const { stderr } = await project.tscompose('ps', '-a');
  for (const { Name } of [web, few])
    t.regex(stderr, new RegExp(`warning.*container ${Name} could not be restarted: (.|\\n)*data`));
  project.write('data/file', 'content');
  await runs('web', project, web.Pid);
});

scenario(
  'after a reboot only start, up and start --boot start containers, and the last those of their policies',
  async (t, project) => {
    project.compose(`services:
  always: { ${stays()}, restart: always, depends_on: [unless] }
  hand: { ${stays()}, restart: always }
  unless: { ${stays()}, restart: unless-stopped }
  stopped: { ${stays()}, restart: unless-stopped }
  failing: { ${stays()}, restart: on-failure }
  never: { ${stays()} }
  slow: { ${shell('trap "echo told" TERM; while :; do sleep 1000 & wait $!; done')}, restart: unless-stopped, stop_grace_period: 1h }
  waiting: { ${shell('exit 1')}, deploy: { restart_policy: { condition: any, delay: 1h } } }
`);
    await project.up();
    await project.change('stop', 'stopped', 'hand');
    await eventually('it waits', async () => (await project.container('waiting')).State === 'restarting');
    // Red without: stoppedForBoot. The machine is off before the container has ended.
    const goesDown = project.begin(['stop', '--boot', 'slow']);
    await eventually('it was told to stop', async () => (await project.logs('slow')) === 'told\n');
    await eventually('that is recorded', () =>
      recorded(project).some(
        ({ service, stoppedByHand, stoppedForBoot }) =>
          service === 'slow' && (stoppedByHand || stoppedForBoot),
      ),
    );
    await reboot(project);
    t.is((await goesDown.ended).code, 1);
    t.is(await project.ok('ps', '-q'), '');
    t.true((await project.containers()).every(({ State }) => State === 'exited'));
    await eventually('the supervisor has nothing to do', () => project.supervisor() === undefined);
    const plan = await project.ok('--dry-run', 'start', '--boot');
    t.is(plan, '');
    await project.ok('start', '--boot');
    const states = new Map((await project.containers()).map(({ Service, State }) => [Service, State]));
    for (const service of ['always', 'hand', 'unless', 'slow']) t.is(states.get(service), 'running', service);
    for (const service of ['stopped', 'failing', 'never']) t.is(states.get(service), 'exited', service);
    await eventually(
      'it waits again',
      async () => (await project.container('waiting')).State === 'restarting',
    );
    await project.change('start');
    t.true((await project.containers()).every(({ State }) => State !== 'exited'));
  },
);

scenario(
  'after a reboot what cannot start, or is unhealthy, keeps no other container down, and is tried again',
  async (t, project) => {
    project.write('data/file', 'content');
    project.compose(`services:
  first: { ${stays()}, restart: always }
  bound: { ${stays()}, restart: always, volumes: [{ type: bind, source: ./data, target: /data, bind: { create_host_path: false } }] }
  secret: { ${stays()}, restart: always, configs: [words] }
  sick: { ${stays()}, restart: always, healthcheck: { test: test ! -e /data/file, interval: 50ms, retries: 1 }, volumes: [{ type: bind, source: ., target: /data }] }
  after: { ${stays()}, restart: always, depends_on: [bound] }
  behind: { ${stays()}, restart: always, depends_on: { sick: { condition: service_healthy } } }
configs: { words: { environment: WORDS } }
`);
    project.env.WORDS = 'hello';
    await project.up();
    await reboot(project);
    rmSync(project.path('data'), { recursive: true });
    project.write('file', 'content');
    // Red without: the boot of starts in plan/start.ts, and of problems in operations/change.ts.
    const { code, stderr } = await project.tscompose('start', '--boot');
    t.is(code, 0, stderr);
    for (const service of ['bound', 'secret'])
      t.regex(stderr, new RegExp(`-${service}-1 Skipped \\(failed to start, and is tried again\\)`));
    t.regex(stderr, /warning.*bound-1 could not start/);
    t.regex(stderr, /warning.*optional dependency "sick" failed to start/);
    const states = new Map((await project.containers()).map(({ Service, State }) => [Service, State]));
    for (const service of ['first', 'sick', 'after', 'behind']) t.is(states.get(service), 'running', service);
    project.write('data/file', 'content');
    await runs('bound', project);
    t.is((await project.container('secret')).State, 'restarting');
  },
);

/** All processes end at once, and /run is empty. Red without: `recorded` in operations/tell.ts, now and then. */
const reboot = async (project: Project): Promise<void> => {
  const pids = (await project.containers()).map(({ Pid }) => Pid).filter((pid) => pid > 0);
  await project.endSupervision();
  for (const pid of pids) kill(pid, 'SIGKILL');
  await eventually('all have ended', () => !pids.some(isAlive));
  const grants = `${project.runDirectory}/${project.name}/grants`;
  if (existsSync(grants)) spawnSync('umount', [grants]);
  rmSync(project.runDirectory, { recursive: true });
  if (existsSync(project.runDirectory)) throw new Error('the run directory is there');
};
