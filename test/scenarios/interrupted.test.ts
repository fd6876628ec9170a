import { existsSync } from 'node:fs';
import { callSupervisor } from './harness/control.ts';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

/** A service that a recreate waits for: it ignores SIGTERM. */
const deaf = (version: number): string =>
  `slow: { ${shell('trap "" TERM; echo ready; sleep 1000')}, stop_grace_period: 5m, environment: [V=${version}] }`;

/** What ran before: `slow`. Every `up` of the second version makes `ahead`, and then waits for the end of `slow`. */
const versions = [
  `services:\n  ${deaf(1)}\n`,
  `services:
  ${deaf(2)}
  ahead: { ${stays()} }
  behind: { ${stays()}, depends_on: [slow] }
  job: { command: ["true"], depends_on: [slow], profiles: [job] }
`,
] as const;

const statesOf = async (project: Project) =>
  (await project.containers()).map(({ Service, State, Pid }) => `${Service} ${State} ${Pid}`);

// Red without: `isCancelled` in operations/apply.ts.
scenario(
  'Ctrl-C cancels any command at once: what it has made goes, what ran before stays',
  async (t, project) => {
    project.compose(versions[0]);
    await project.up();
    const before = await statesOf(project);
    project.compose(versions[1]);
    for (const [words, signal, code] of [
      [['up', '-d'], 'SIGINT', 130],
      [['up'], 'SIGTERM', 143],
      [['run', '--rm', 'job'], 'SIGINT', 130],
      [['restart', 'slow'], 'SIGINT', 130],
      [['stop', 'slow'], 'SIGTERM', 143],
    ] as const) {
      const command = project.begin(['--progress', 'json', ...words]);
      await command.prints(
        /slow-1","status":"Working","text":"(Stopping|Restarting|Recreate","details":"stopping)"/,
      );
      if (words[0] === 'up') await command.prints(/ahead-1","status":"Done","text":"Started"/);
      command.signal(signal);
      const ended = await command.ended;
      t.is(ended.code, code, ended.stderr);
      t.regex(ended.stderr, /"code":"cancelled"/);
      t.deepEqual(await statesOf(project), before, words.join(' '));
    }
  },
);

for (const [words, left] of [
  [['down', '-t', '0'], []],
  [['stop', '-t', '0'], ['slow exited 0']],
] as const)
  scenario(`${words[0]} cancels an up in progress, and a restart that waits for it`, async (t, project) => {
    project.compose(versions[0]);
    await project.up();
    project.compose(versions[1]);
    const up = project.begin(['up', '-d']);
    await up.prints('ahead-1 Started');
    const body = { services: [] };
    const waiting = callSupervisor(project, { method: 'POST', path: '/project/restart', body });
    // Answered behind the call, which waits for its turn by then.
    await callSupervisor(project, { path: '/_ping' });
    const path = `/project/${words[0] === 'down' ? 'stop' : 'down'}`;
    const dryRun = callSupervisor(project, { method: 'POST', path, body: { ...body, dryRun: true } });
    await callSupervisor(project, { path: '/_ping' });
    await project.ok(...words);
    t.is((await dryRun).status, 200);
    const { code, stderr } = await up.ended;
    t.is(code, 130);
    t.regex(stderr, new RegExp(`error\\[cancelled\\]: cancelled by \`tscompose ${words[0]}\``));
    t.regex((await waiting).text, /"type":"end","exitCode":130/);
    t.deepEqual(await statesOf(project), left);
  });

scenario('stop of other services waits for an up, and cancels nothing', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  db: { ${stays()} }\n`);
  await project.up('db');
  const up = project.begin(['up', '-d', 'web']);
  await project.ok('stop', 'db');
  t.is((await up.ended).code, 0);
  t.is((await project.container('web')).State, 'running');
});

scenario('Ctrl-C before anything is made leaves nothing', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const up = project.begin(['up', '-d']);
  await eventually('its supervisor is there', () => project.supervisor() !== undefined);
  up.signal('SIGKILL');
  await up.ended;
  await eventually('its supervisor is gone, or looks after something', async () => {
    const supervisor = project.supervisor();
    if (supervisor === undefined) return true;
    return (await project.containers()).length > 0;
  });
  await project.ok('down', '-t', '0');
  t.false(existsSync(project.path(`.run/${project.name}`)));
});
