import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { kill } from 'node:process';
import { eventually } from './harness/eventually.ts';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import { isAlive } from './harness/host.ts';
import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const sleeps = 'command: [sleep, "1000"], stop_grace_period: 0s';

scenario(
  'a supervisor that is stopped: no command waits for ever, and each says what to do',
  async (t, project) => {
    project.compose(`services:\n  web: { ${sleeps} }\n`);
    await project.up();
    const supervisor = project.supervisor()!;
    kill(supervisor, 'SIGSTOP');
    const commands = [['ps'], ['up', '-d'], ['exec', '-T', 'web', 'true'], ['logs', '-f', 'web']];
    const results = await Promise.all(commands.map((words) => project.tscompose(...words)));
    for (const result of results)
      isRefused(t, result, {
        errors: ['supervisor-lost'],
        says: new RegExp(`is stopped[\\s\\S]*kill -CONT ${supervisor}.*kill -KILL ${supervisor}`),
      });
    kill(supervisor, 'SIGCONT');
    t.is((await project.container('web')).State, 'running');
  },
);

scenario('a call that takes long is no silence', async (t, project) => {
  project.compose(
    `services:\n  web: { ${shell('trap "sleep 6; exit 0" TERM; echo ready; while :; do sleep 1; done')}, stop_grace_period: 1m }\n`,
  );
  await project.up();
  await eventually('it is ready', async () => (await project.logs('web')).includes('ready'));
  const stop = project.begin(['stop']);
  const second = await project.tscompose('up', '-d');
  t.is(second.code, 0, second.stderr);
  t.is((await stop.ended).code, 0);
});

for (const made of ['nothing but its directories', 'a lock, a socket and a log'] as const)
  scenario(
    `what a supervisor leaves that is killed before there is a record (${made}) is taken away by down`,
    async (t, project) => {
      project.compose(`services:\n  web: { ${sleeps} }\n`);
      if (made === 'nothing but its directories') {
        mkdirSync(`${project.runDirectory}/${project.name}/containers`, { recursive: true });
        mkdirSync(`${project.stateDirectory}/${project.name}/layers`, { recursive: true });
        writeFileSync(`${project.stateDirectory}/${project.name}/supervisor.log`, '');
      } else {
        const up = project.begin(['up', '-d']);
        await eventually('it has its socket', () =>
          existsSync(`${project.runDirectory}/${project.name}/supervisor.sock`),
        );
        const supervisor = project.supervisor();
        if (supervisor !== undefined) kill(supervisor, 'SIGKILL');
        up.signal('SIGKILL');
        await up.ended;
      }
      const down = await project.tscompose('down');
      t.is(down.code, 0, down.stderr);
      await nothingWasMade(project);
    },
  );

scenario('a supervisor that is killed while it is stopped gives way to another', async (t, project) => {
  project.compose(`services:\n  web: { ${sleeps} }\n`);
  await project.up();
  const { Pid } = await project.container('web');
  const supervisor = project.supervisor()!;
  kill(supervisor, 'SIGSTOP');
  const ps = project.begin(['ps', '-q']);
  kill(supervisor, 'SIGKILL');
  await ps.ended;
  t.is((await project.container('web')).Pid, Pid);
  t.true(isAlive(Pid));
});

/** Whether a process waits for changes of a directory. */
const watches = (pid: number): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === 'anon_inode:inotify',
    );
  } catch {
    return false;
  }
};

scenario(
  'a supervisor that ends without an answer is succeeded by the one that waits for it',
  async (t, project) => {
    project.compose(`services:\n  web: { ${sleeps} }\n`);
    await project.up();
    const { Pid } = await project.container('web');
    const first = project.supervisor()!;
    // It has the lock and does not listen, like one that is ending.
    kill(first, 'SIGSTOP');
    rmSync(`${project.runDirectory}/${project.name}/supervisor.sock`);
    const commands = [project.begin(['ps', '-q']), project.begin(['ps', '-q'])];
    await eventually('others wait for it', () => project.supervisors().filter(watches).length === 3);
    kill(first, 'SIGKILL');
    for (const command of commands) {
      const { code, stderr } = await command.ended;
      t.deepEqual([code, stderr], [0, '']);
    }
    t.is((await project.container('web')).Pid, Pid);
    await eventually('the other one leaves', () => project.supervisors().length === 1);
  },
);

scenario('the control socket has its name only once it listens', async (t, project) => {
  project.compose(`services:\n  web: { ${sleeps} }\n`);
  await project.up();
  const bound = readFileSync('/proc/net/unix', 'utf8').match(
    new RegExp(`\\S*/${project.name}/supervisor\\S*`),
  );
  t.is(bound?.[0], `${project.runDirectory}/${project.name}/supervisor.new`);
});
