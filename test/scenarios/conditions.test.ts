import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const COMPLETED = 'condition: service_completed_successfully';

/** web starts when the job has completed; the job ends with the code that it finds in a file. */
const behindJob = (job: string, more = ''): string => `services:
  web: { ${stays()}, depends_on: { job: { ${COMPLETED}${more} } }, stop_grace_period: 0s }
  job: { ${job}, volumes: ["./data:/data"], stop_grace_period: 0s }
  other: { ${stays()}, stop_grace_period: 0s }
`;

/** Prints, and waits for the exit code. */
const waits = shell(
  'i=0; while [ $i -lt 12 ]; do i=$((i + 1)); echo line $i; done; until [ -s /data/code ]; do sleep 0.05; done; exit $(cat /data/code)',
);

const statesOf = async (project: Project) =>
  (await project.containers()).map(({ Service, State }) => `${Service} ${State}`).toSorted();

scenario(
  'a dependant starts when its one-shot has completed, and other branches do not wait',
  async (t, project) => {
    project.write('data/none', '');
    project.compose(behindJob(waits));
    const up = project.begin(['up', '-d']);
    await up.prints('-job-1 Waiting (needed by web)');
    await eventually('the other branch runs', async () =>
      (await statesOf(project)).includes('other running'),
    );
    t.deepEqual(await statesOf(project), ['job running', 'other running', 'web created']);
    project.write('data/code', '0');
    const { code, stderr } = await up.ended;
    t.is(code, 0, stderr);
    t.regex(stderr, /-job-1 Exited$/m);
    t.deepEqual(await statesOf(project), ['job exited', 'other running', 'web running']);
    const [job] = await project.containers('job');
    const again = await project.tscompose('up', '-d');
    t.is(again.code, 0);
    t.regex(again.stderr, /-job-1 Exited$/m);
    const [same] = await project.containers('job');
    t.is(same?.ID, job?.ID);
    t.is((await project.logs('job')).match(/^line 1$/gm)?.length, 1, 'it was not run again');
    await project.change('stop', 'web');
    await project.up('web');
    await project.change('stop', 'web');
    await project.change('start');
    t.deepEqual((await project.containers('job'))[0]?.ID, job?.ID);
    t.is((await project.logs('job')).split('line 1\n').length, 2, 'it has run once');
    await project.ok('up', '-d', '--force-recreate', 'job');
    t.not((await project.containers('job'))[0]?.ID, job?.ID);
  },
);

scenario(
  'a one-shot that fails ends the wait; what it printed is shown, and the changes are undone',
  async (t, project) => {
    project.write('data/code', '3');
    project.compose(behindJob(waits));
    await project.up('other');
    const result = await project.tscompose('up', '-d');
    isRefused(t, result, {
      errors: ['dependency-failed'],
      says: /service "job" didn't complete successfully: exit 3/,
    });
    t.regex(result.stderr, /exit code: +3/);
    t.is(result.stderr.match(/it printed: line/g)?.length, 10);
    t.regex(result.stderr, /it printed: line 12$/m);
    t.deepEqual(await statesOf(project), ['other running']);
  },
);

scenario(
  '--keep-failed keeps what a failed up made; the next one runs the one-shot again',
  async (t, project) => {
    project.write('data/code', '3');
    project.compose(behindJob(waits));
    const { code, stderr } = await project.tscompose('up', '-d', '--keep-failed');
    t.is(code, 1, stderr);
    t.notRegex(stderr, /Undone/);
    t.deepEqual(await statesOf(project), ['job exited', 'other running', 'web created']);
    t.regex(await project.logs('job'), /line 12/);
    project.write('data/code', '0');
    await project.up();
    t.deepEqual(await statesOf(project), ['job exited', 'other running', 'web running']);
  },
);

scenario('an optional dependency that fails is a warning', async (t, project) => {
  project.write('data/code', '3');
  project.compose(behindJob(waits, ', required: false'));
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 0, stderr);
  t.regex(
    stderr,
    /^warning\[dependency-failed\]: optional dependency "job" didn't complete successfully: exit 3$/m,
  );
  t.regex(stderr, /-job-1 Skipped \(optional dependency "job"/);
  t.deepEqual(await statesOf(project), ['job exited', 'other running', 'web running']);
});

scenario('an optional dependency without a health check is a warning', async (t, project) => {
  project.compose(`services:
  web: { ${stays()}, depends_on: { db: { condition: service_healthy, required: false } } }
  db: { ${stays()} }
`);
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 0, stderr);
  t.regex(
    stderr,
    /^warning\[dependency-failed\]: optional dependency "db" failed to start: container \S+-db-1 has no healthcheck configured$/m,
  );
  t.deepEqual(await statesOf(project), ['db running', 'web running']);
});

scenario('Ctrl-C, stop and down end a wait at once', async (t, project) => {
  project.write('data/none', '');
  project.compose(behindJob(waits));
  for (const words of [['SIGINT'], ['stop'], ['down'], ['down', 'web']]) {
    const up = project.begin(['up', '-d']);
    await up.prints('-job-1 Waiting (needed by web)');
    if (words[0] === 'SIGINT') up.signal('SIGINT');
    else await project.ok(...words);
    const { code, stderr } = await up.ended;
    t.is(code, 130, stderr);
    t.regex(stderr, /error\[cancelled\]/);
    await project.change('down');
  }
});

scenario('kill of the one-shot ends the wait as a failure', async (t, project) => {
  project.write('data/none', '');
  project.compose(behindJob(waits));
  const up = project.begin(['up', '-d']);
  await up.prints('-job-1 Waiting (needed by web)');
  await project.change('kill', 'job');
  isRefused(t, await up.ended, { errors: ['dependency-failed'], says: /exit 137/ });
});

scenario('a start that fails elsewhere ends a wait at once', async (t, project) => {
  project.write('data/none', '');
  project.compose(`${behindJob(waits)}  last:
    command: [/data/broken]
    volumes: ["./data:/data"]
    depends_on: [first]
  first: { ${stays()}, depends_on: [other], stop_grace_period: 0s }
`);
  project.write('data/broken', '#!/no/such/interpreter\n', 0o755);
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 127);
  t.regex(stderr, /error\[command-not-found\]/);
  t.deepEqual(await statesOf(project), []);
});

scenario(
  'a supervisor that is killed during a wait: the command says so, and the next one goes on',
  async (t, project) => {
    project.write('data/none', '');
    project.compose(behindJob(waits));
    const up = project.begin(['up', '-d']);
    await up.prints('-job-1 Waiting (needed by web)');
    process.kill(project.supervisor()!, 'SIGKILL');
    const { code, stderr } = await up.ended;
    t.is(code, 1, stderr);
    t.regex(stderr, /error\[supervisor-lost\]/);
    const next = project.begin(['up', '-d']);
    await next.prints('-job-1 Waiting (needed by web)');
    project.write('data/code', '0');
    t.is((await next.ended).code, 0);
    t.deepEqual(await statesOf(project), ['job exited', 'other running', 'web running']);
    t.is((await project.logs('job')).split('line 1\n').length, 2, 'it has run once');
  },
);

scenario('start and restart wait for conditions as up does', async (t, project) => {
  project.write('data/code', '0');
  project.compose(behindJob(waits));
  await project.up();
  project.write('data/code', '4');
  const { code, stderr } = await project.tscompose('restart');
  t.is(code, 1, stderr);
  t.regex(stderr, /didn't complete successfully: exit 4/);
  project.write('data/code', '0');
  await project.change('stop');
  const start = await project.tscompose('start', '--wait');
  t.is(start.code, 0, start.stderr);
  t.regex(start.stderr, /-job-1 Exited$/m);
  t.deepEqual(await statesOf(project), ['job exited', 'other running', 'web running']);
});

scenario('run waits for what its service waits for', async (t, project) => {
  project.write('data/code', '5');
  project.compose(behindJob(waits));
  const failed = await project.tscompose('run', '--rm', '-T', 'web', 'echo', 'done');
  isRefused(t, failed, { errors: ['dependency-failed'], says: /exit 5/ });
  project.write('data/code', '0');
  t.is(await project.ok('run', '--rm', '-T', 'web', 'echo', 'done'), 'done\n');
  t.is(await project.ok('run', '--rm', '-T', 'web', 'echo', 'done'), 'done\n');
  t.is((await project.logs('job')).split('line 1\n').length, 2, 'it has completed once');
});

scenario('up --wait: a container without a health check is to run, or to exit with 0', async (t, project) => {
  project.compose(`services:
  web: { ${stays()}, stop_grace_period: 0s }
  once: { ${shell('sleep 0.1; exit 0')} }
`);
  const { code, stderr } = await project.tscompose('up', '--wait');
  t.is(code, 0, stderr);
  t.regex(stderr, /-web-1 Waiting \(asked for\)$/m);
  t.regex(stderr, /-web-1 Healthy \(runs, and has no health check\)$/m);
  t.deepEqual(await statesOf(project), ['once exited', 'web running']);
  project.compose(`services:\n  web: { ${shell('sleep 0.1; echo bad; exit 7')} }\n`);
  const failed = await project.tscompose('up', '--wait');
  isRefused(t, failed, { errors: ['dependency-failed'], says: /container \S+-web-1 exited \(7\)/ });
  t.regex(failed.stderr, /it printed: bad$/m);
  t.is((await project.container('web')).State, 'running', 'the one before is back');
});

/** Red without: `waitedFor` or the telling of `container.restarting` in await-container.ts. */
scenario(
  'a wait for a container that never comes says why, while it lasts and when it is given up',
  async (t, project) => {
    project.compose(`services:
  db: { ${shell('echo no password is set; exit 1')}, restart: always, healthcheck: { test: [CMD, "false"] } }
  web: { ${stays()}, depends_on: { db: { condition: service_healthy } } }
`);
    const up = project.begin(['up', '-d']);
    await up.prints('-db-1 Restarting (1)');
    up.signal('SIGINT');
    const { code, stderr } = await up.ended;
    t.is(code, 130);
    t.regex(stderr, /= \S+-db-1: +(is restarting, exit code 1|health is starting)/m);
    t.regex(stderr, /note: \S+-db-1 printed: no password is set$/m);
    const late = await project.tscompose('up', '-d', '--wait', '--wait-timeout', '1');
    isRefused(t, late, {
      errors: ['dependency-failed'],
      says: /application not healthy after 1s[\s\S]*-db-1 printed: no password is set$/m,
    });
  },
);

scenario('--wait-timeout', async (t, project) => {
  project.write('data/none', '');
  project.compose(behindJob(waits));
  const result = await project.tscompose('up', '--wait', '--wait-timeout', '1');
  isRefused(t, result, {
    errors: ['dependency-failed'],
    says: /application not healthy after 1s[\s\S]*-job-1: +is running/,
  });
  t.deepEqual(await statesOf(project), []);
});

scenario('up --wait refuses what needs its output', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  for (const option of ['--abort-on-container-exit', '--attach-dependencies'])
    isRefused(t, await project.tscompose('up', '--wait', option), {
      errors: ['usage'],
      says: new RegExp(`--wait cannot be combined with ${option}`),
    });
  isRefused(t, await project.tscompose('up', '--always-recreate-deps', '--no-recreate'), {
    errors: ['usage'],
    says: /--always-recreate-deps and --no-recreate are incompatible/,
  });
});
