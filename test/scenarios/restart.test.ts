import { kill } from 'node:process';
import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

/** It counts its runs in its layer, and ends with the exit code that `ends` says for the run `$n`. */
const counting = (ends: string): string =>
  shell(`n=$(cat /srv/n 2>/dev/null || echo 0); n=$((n+1)); echo $n >/srv/n; echo run $n; ${ends}`);

/** The next run is far off. */
const RARELY = 'deploy: { restart_policy: { condition: any, delay: 1m } }';

const untilRun = (last: number, code: number): string =>
  counting(`[ $n -lt ${last} ] && exit ${code}; trap "exit 0" TERM; while :; do sleep 1000 & wait $!; done`);

scenario('each policy restarts what it says, and counts', async (t, project) => {
  project.compose(`services:
  never: { ${counting('exit 1')} }
  always: { ${untilRun(3, 0)}, restart: always }
  unless: { ${untilRun(2, 4)}, restart: unless-stopped }
  failing: { ${counting('exit 5')}, restart: "on-failure:2" }
  passing: { ${counting('[ $n -lt 3 ] && exit 1; exit 0')}, restart: on-failure }
  deployed: { ${counting('exit 6')}, restart: always, deploy: { restart_policy: { condition: on-failure, max_attempts: 1, delay: 10ms } } }
`);
  await project.up();
  const ends = async (service: string, state: string, exitCode: number, logs: string) => {
    await eventually(`${service} is ${state}`, async () => {
      const { State, ExitCode } = await project.container(service);
      if (State !== state || ExitCode !== exitCode) throw new Error(`${State} ${ExitCode}`);
      return (await project.logs(service)) === logs;
    });
  };
  await ends('never', 'exited', 1, 'run 1\n');
  await ends('always', 'running', 0, 'run 1\nrun 2\nrun 3\n');
  await ends('unless', 'running', 0, 'run 1\nrun 2\n');
  await ends('failing', 'exited', 5, 'run 1\nrun 2\nrun 3\n');
  await ends('passing', 'exited', 0, 'run 1\nrun 2\nrun 3\n');
  await ends('deployed', 'exited', 6, 'run 1\nrun 2\n');
  t.pass();
});

scenario(
  'a container that waits for its restart says so, is stopped by hand, and begins anew',
  async (t, project) => {
    project.compose(`services:\n  web: { ${counting('exit 7')}, ${RARELY} }\n`);
    await project.up();
    const waits = () =>
      eventually('it waits', async () => {
        const { State, Status } = await project.container('web');
        return State === 'restarting' && Status.startsWith('Restarting (7) ');
      });
    await waits();
    t.regex(await project.ok('ps'), /Restarting \(7\) (\d+ seconds?|Less than a second) ago/);
    isRefused(t, await project.tscompose('exec', 'web', 'true'), {
      errors: ['not-running'],
      says: /container \S+-web-1 is restarting, wait until the container is running/,
    });
    isRefused(t, await project.tscompose('pause', 'web'), { errors: ['not-running'], says: /is restarting/ });
    t.regex((await project.tscompose('rm', '-f')).stderr, /No stopped containers/);
    await project.change('stop');
    t.like(await project.container('web'), { State: 'exited', ExitCode: 7 });
    await project.change('start');
    await waits();
    t.is(await project.logs('web'), 'run 1\nrun 2\n', 'the log is continued, and so is the layer');
    await project.change('kill');
    t.like(await project.container('web'), { State: 'exited', ExitCode: 7 });
  },
);

scenario('stop, kill and Ctrl-C end a container for good; other signals do not', async (t, project) => {
  project.compose(`services:
  stopped: { ${stays()}, restart: always }
  killed: { ${stays()}, restart: always }
  signalled: { ${untilRun(2, 0).replace('[ $n -lt 2 ] && exit 0; ', '').replace('TERM', 'TERM HUP')}, restart: unless-stopped }
`);
  await project.up();
  const first = await project.container('signalled');
  await project.ok('kill', '-s', 'HUP', 'signalled');
  await eventually('it runs again', async () => {
    const { State, Pid } = await project.container('signalled');
    return State === 'running' && Pid !== first.Pid;
  });
  await project.change('stop', 'stopped');
  await project.change('kill', 'killed');
  const { Pid } = await project.container('signalled');
  kill(Pid, 'SIGKILL');
  await eventually('it runs again after a kill from outside', async () => {
    const after = await project.container('signalled');
    return after.State === 'running' && after.Pid !== Pid;
  });
  t.like(await project.container('stopped'), { State: 'exited', ExitCode: 0 });
  t.like(await project.container('killed'), { State: 'exited', ExitCode: 137 });
});

scenario(
  'an attached up goes on with a container that is restarted, and ends with its last exit',
  async (t, project) => {
    project.compose(`services:
  web: { ${counting('[ $n -lt 3 ] && exit 2; exit 0')}, restart: on-failure }
  once: { ${shell('echo once')} }
`);
    const { code, stdout } = await project.tscompose('up');
    t.is(code, 0);
    const ofWeb = stdout.split('\n').filter((line) => line.startsWith('web-1'));
    // An exit may be told after output of the next run: exits are events, and output is read from the log.
    const isExit = (line: string): boolean => line.includes(' exited ');
    t.deepEqual(
      ofWeb.filter((line) => !isExit(line)),
      ['web-1   | run 1', 'web-1   | run 2', 'web-1   | run 3'],
    );
    t.deepEqual(ofWeb.filter(isExit), [
      'web-1 exited with code 2 (restarting)',
      'web-1 exited with code 2 (restarting)',
      'web-1 exited with code 0',
    ]);
    t.is(ofWeb.at(-1), 'web-1 exited with code 0');
  },
);

scenario(
  'run has no restarts, wait ends with the next exit, and --abort-on-container-exit with the first',
  async (t, project) => {
    project.compose(`services:\n  web: { ${counting('exit 9')}, restart: always }\n`);
    t.is((await project.tscompose('run', '--rm', 'web')).code, 9);
    const { code, stdout } = await project.tscompose('up', '--abort-on-container-exit');
    t.is(code, 9);
    t.regex(stdout, /run 1$/m);
    t.is((await project.container('web')).State, 'exited');
    project.compose(`services:\n  web: { ${counting('exit 9')}, ${RARELY.replace('1m', '2s')} }\n`);
    await project.up();
    await eventually('it waits', async () => (await project.container('web')).State === 'restarting');
    t.is((await project.tscompose('wait', 'web')).code, 9);
    t.regex(await project.logs('web'), /^run 1\nrun 2\n/);
  },
);

scenario('up says once that boot needs a unit', async (t, project) => {
  project.compose(`services:
  web: { ${stays()}, restart: unless-stopped }
  db: { ${stays()}, restart: on-failure }
`);
  // In a mount namespace of its own, /run is that of a machine that systemd has booted.
  const up = async (): Promise<string> => {
    const script = `mount -t tmpfs none /run && mkdir -p /run/systemd/system && exec ${project.command('up', '-d')}`;
    const { code, stderr } = await project.launch('unshare', ['-m', 'sh', '-c', script]).ended;
    t.is(code, 0, stderr);
    return stderr;
  };
  t.regex(await up(), /warning\[not-at-boot\]: .*`web` will not start at boot/);
  t.notRegex(await up(), /not-at-boot/);
});
