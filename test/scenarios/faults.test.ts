import { existsSync, readdirSync } from 'node:fs';
import { kill } from 'node:process';
import { patience } from '../patience.ts';
import { eventually } from './harness/eventually.ts';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import { isAlive } from './harness/host.ts';
import { scenario, withAnyRunner } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

scenario(
  'a command that is not found exits 127, and what the start has made is undone',
  async (t, project) => {
    project.compose(`services:
  db: { ${stays()} }
  web: { command: [nothing-like-this], depends_on: [db] }
`);
    const result = await project.tscompose('up', '-d');
    isRefused(t, result, { code: 127, errors: ['command-not-found'], at: ['compose.yaml:3:19'] });
    await nothingWasMade(project);
  },
);

scenario(
  'a command that is not executable exits 126, and what the start has made is undone',
  async (t, project) => {
    project.write('data/plain.txt', 'no program\n');
    project.compose('services:\n  web:\n    command: [/data/plain.txt]\n    volumes: [./data:/data]\n');
    const result = await project.tscompose('up', '-d');
    isRefused(t, result, { code: 126, errors: ['command-not-executable'], at: ['compose.yaml:3:14'] });
    await nothingWasMade(project);
  },
);

withAnyRunner('a failed start leaves alone what was there before it', async (t, project) => {
  project.compose(`services:\n  db: { ${stays()} }\n`);
  await project.up();
  const before = await project.container('db');
  project.compose(`services:\n  db: { ${stays()} }\n  web: { command: [nothing-like-this] }\n`);
  t.is((await project.tscompose('up', '-d')).code, 127);
  t.deepEqual(
    (await project.containers()).map(({ Pid }) => Pid),
    [before.Pid],
  );
});

withAnyRunner('a container that exits at once is no failure of up -d', async (t, project) => {
  project.compose(`services:\n  web: { ${shell('echo done; exit 3')} }\n`);
  await project.up();
  const web = await eventually('it has exited', async () => {
    const container = await project.container('web');
    return container.State === 'exited' && container;
  });
  t.is(web.ExitCode, 3);
  t.is(await project.ok('logs', '--no-log-prefix'), 'done\n');
});

scenario(
  "kill -9 of a container's PID 1 is shown as 137, and it starts again [kernel]",
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    await project.up();
    const { Pid } = await project.container('web');
    kill(Pid, 'SIGKILL');
    const web = await eventually('it has exited', async () => {
      const container = await project.container('web');
      return container.State === 'exited' && container;
    });
    t.is(web.ExitCode, 137);
    t.false(web.OOMKilled);
    await project.up();
    t.is((await project.container('web')).State, 'running');
  },
);

scenario(
  'kill -9 of the supervisor and its guardian: the containers go on, and every command works again',
  async (t, project) => {
    project.compose(`services:
  web: { ${stays('echo first')} }
  db: { ${stays()}, stdin_open: true }
`);
    await project.up();
    const before = await project.containers();
    await project.endSupervision();
    t.true(before.every(({ Pid }) => isAlive(Pid)));
    t.deepEqual(
      (await project.containers()).map(({ Pid }) => Pid),
      before.map(({ Pid }) => Pid),
    );
    t.is(await project.exec('web', 'cat', '/proc/1/comm'), 'sh');
    t.regex(await project.ok('logs', 'web'), /first\n.*ready/);
    await project.change('stop', 'web');
    t.is((await project.container('web')).State, 'exited');
    await project.change('start', 'web');
    t.is((await project.container('web')).State, 'running');
  },
);

withAnyRunner('kill -9 of the supervisor: down still removes everything', async (t, project) => {
  project.compose(`services:\n  web: { command: [sleep, "1000"], stop_grace_period: 0s }\n`);
  await project.up();
  const { Pid } = await project.container('web');
  kill(project.supervisor()!, 'SIGKILL');
  await project.change('down');
  t.false(isAlive(Pid));
  await nothingWasMade(project);
});

withAnyRunner(
  'kill -9 of the supervisor: the end of a container meanwhile is noticed',
  async (t, project) => {
    project.compose(`services:
  web: { command: [sleep, "1000"] }
  db: { command: [sleep, "1000"] }
`);
    await project.up();
    const [{ Pid }, db] = [await project.container('web'), await project.container('db')];
    kill(project.supervisor()!, 'SIGKILL');
    kill(Pid, 'SIGKILL');
    await eventually('it has ended', () => !isAlive(Pid));
    t.is((await project.container('web')).State, 'exited');
    t.is((await project.container('db')).Pid, db.Pid);
  },
);

withAnyRunner('kill -9 of the supervisor, again and again: the logs lose no line', async (t, project) => {
  // It is still printing when the supervisor is killed, however slow the machine is.
  const count = Math.ceil(200_000 / patience);
  const script = `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo line $i; done; echo done >&2; sleep 1000`;
  project.compose(`services:\n  web: { ${shell(script)}, stop_grace_period: 0s }\n`);
  await project.up();
  for (let times = 0; times < 3; times++) {
    kill(await eventually('a supervisor runs', () => project.supervisor()), 'SIGKILL');
    await project.ok('ps');
  }
  const lines = await eventually(
    'all is printed',
    async () => {
      const all = (await project.ok('logs', '--no-log-prefix')).split('\n');
      return all.includes('done') && all.filter((line) => line.startsWith('line '));
    },
    30,
  );
  t.is(lines.length, count);
  t.true(lines.every((line, index) => line === `line ${index + 1}`));
});

withAnyRunner('two ups at once give one set of containers', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  db: { ${stays()} }\n`);
  const results = await Promise.all([1, 2, 3].map(() => project.tscompose('up', '-d')));
  t.deepEqual(
    results.map(({ code }) => code),
    [0, 0, 0],
    results.map(({ stderr }) => stderr).join('\n'),
  );
  t.deepEqual((await project.containers()).map(({ Name }) => Name).toSorted(), [
    `${project.name}-db-1`,
    `${project.name}-web-1`,
  ]);
  // Names with a dot are of the machine.
  t.deepEqual(
    readdirSync(project.runDirectory).filter((name) => !name.startsWith('.')),
    [project.name],
  );
});

withAnyRunner('up and down at once end in peace', async (t, project) => {
  project.compose(`services:\n  web: { command: [sleep, "1000"], stop_grace_period: 0s }\n`);
  const [up, down] = await Promise.all([project.tscompose('up', '-d'), project.tscompose('down')]);
  // A `down` that comes later cancels the `up`.
  t.true(up?.code === 0 || up?.code === 130, up?.stderr);
  t.is(down?.code, 0, down?.stderr);
});

withAnyRunner(
  'SIGTERM of the guardian ends the supervisor as well, and leaves the containers alone',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    await project.up();
    const { Pid } = await project.container('web');
    await project.endSupervision('SIGTERM');
    t.is((await project.container('web')).Pid, Pid);
  },
);

for (const made of ['the first container', 'the second container'] as const)
  scenario(
    `kill -9 of the supervisor while it starts ${made}: down removes everything`,
    async (t, project) => {
      project.compose(`services:
  one: { command: [sleep, "1000"], stop_grace_period: 0s }
  two: { command: [sleep, "1000"], stop_grace_period: 0s, depends_on: [one] }
`);
      const containers = `${project.runDirectory}/${project.name}/containers`;
      const count = made === 'the first container' ? 1 : 2;
      const up = project.begin(['up', '-d']);
      await eventually(
        'it is being made',
        () => existsSync(containers) && readdirSync(containers).length >= count,
      );
      kill(project.supervisor()!, 'SIGKILL');
      await up.ended;
      const { code, stderr } = await project.tscompose('down');
      t.is(code, 0, stderr);
      await nothingWasMade(project);
    },
  );
