import { callSupervisor } from './harness/control.ts';
import { eventually } from './harness/eventually.ts';
import { nothingWasMade } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';
import { mostMemory, openCall } from './harness/stalled-call.ts';
import { shell, stays } from './harness/yaml.ts';

/** Bytes; what passes through is a multiple of it. */
const BOUND = 48 << 20;

const ENDLESS = 'yes "a line of text that is printed again and again, without an end"';

scenario('a command that does not read its input costs bounded memory', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const before = mostMemory(project);
  for (const words of [
    ['run', '--rm', '-T', 'web'],
    ['exec', '-T', 'web'],
  ]) {
    const command = `head -c 200000000 /dev/zero | ${project.command(...words, 'sleep', '3')}`;
    const { code, stderr } = await project.launch('sh', ['-c', command]).ended;
    t.is(code, 0, stderr);
  }
  const more = mostMemory(project) - before;
  t.true(more < BOUND, `${more >> 20} MB more`);
});

scenario('a reader that stalls costs bounded memory', async (t, project) => {
  project.compose(
    `services:\n  web: { ${shell(`${ENDLESS} | head -c 150000000; sleep 1000`)}, stop_grace_period: 0s, logging: { options: { max-size: 300m } } }\n`,
  );
  await project.up();
  const before = mostMemory(project);
  const id = `${project.name}-web-1`;
  const calls = [
    await openCall(project, 'GET', `/containers/${id}/logs?stdout=1&stderr=1&follow=1&timestamps=1`),
    await openCall(project, 'GET', `/containers/${id}/logs?stdout=1&stderr=1&follow=1`),
    await openCall(project, 'POST', `/containers/${id}/attach?stream=1&stdout=1&stderr=1`, {}),
  ];
  for (const call of calls) call.socket.pause();
  const printed = await eventually(
    'all is printed',
    async () => {
      const { stdout } = await project.launch('sh', [
        '-c',
        `wc -c < ${project.stateDirectory}/${project.name}/logs/${id}.stdout`,
      ]).ended;
      return Number(stdout) >= 150_000_000;
    },
    60,
  );
  t.true(printed);
  t.is((await project.ok('logs', '--tail', '1', '--no-log-prefix')).length > 0, true);
  const more = mostMemory(project) - before;
  t.true(more < BOUND, `${more >> 20} MB more`);
  for (const { socket } of calls) socket.destroy();
});

scenario('an exec whose reader stalls is held back, with a terminal and without', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const before = mostMemory(project);
  const sockets = [];
  for (const Tty of [false, true]) {
    const request = { Cmd: ['sh', '-c', `${ENDLESS} | head -c 150000000`], Env: [], Tty };
    const path = `/containers/${project.name}-web-1/exec`;
    const { body } = await callSupervisor(project, { method: 'POST', path, body: request });
    const { socket } = await openCall(project, 'POST', `/exec/${body?.Id}/start`, { Tty });
    sockets.push(socket.pause());
  }
  for (let times = 0; times < 20; times++) await project.ok('ps');
  const more = mostMemory(project) - before;
  t.true(more < BOUND, `${more >> 20} MB more`);
  for (const socket of sockets) socket.destroy();
});

for (const [title, command] of [
  ['that ends before it has read all of its input', 'head -c 3000000 /dev/zero | COMMAND head -c 1'],
  ['whose caller is stopped while it types', 'yes | timeout -s TERM 2 COMMAND sleep 50'],
  ['whose caller is killed while it types', 'yes | timeout -s KILL 2 COMMAND sleep 50'],
] as const)
  scenario(`an exec ${title} keeps no supervisor`, async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    await project.up();
    const line = command.replace('COMMAND', project.command('exec', '-T', 'web'));
    await project.launch('sh', ['-c', line]).ended;
    await project.takeDown();
    await eventually('the supervisor is gone', () => project.supervisor() === undefined);
    await nothingWasMade(project);
    t.pass();
  });
