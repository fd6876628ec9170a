import { needs } from './harness/scenario.ts';

needs('script')('typing into a command that does not read stops nobody else', async (t, project) => {
  project.compose(`services:
  web: { command: [sleep, "1000"], tty: true, stdin_open: true, stop_grace_period: 0s }
  other: { command: [sleep, "1000"], stop_grace_period: 0s }
`);
  await project.ok('up', '-d');
  const line = project.command('exec', 'web', 'sh', '-c', 'stty raw; echo ready; sleep 1000');
  const busy = project.launch('script', ['-qec', line, '/dev/null'], { interactive: true });
  await busy.prints('ready');
  busy.stdin.write('x'.repeat(300_000));
  t.is(await project.ok('exec', '-T', 'other', 'echo', 'alive'), 'alive\n');
  t.is((await project.containers()).length, 2);
  await project.ok('down');
  await busy.ended;
});
