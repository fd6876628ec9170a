import { isNightly } from '../patience.ts';
import { needs, withAnyRunner } from './harness/scenario.ts';

needs('script')('typing into a command that does not read stops nobody else', async (t, project) => {
  project.compose(`services:
  web: { command: [sleep, "1000"], tty: true, stdin_open: true, stop_grace_period: 0s }
  other: { command: [sleep, "1000"], stop_grace_period: 0s }
`);
  await project.up();
  const line = project.command('exec', 'web', 'sh', '-c', 'stty raw; echo ready; sleep 1000');
  const busy = project.launch('script', ['-qec', line, '/dev/null'], { interactive: true });
  await busy.prints('ready');
  busy.stdin.write('x'.repeat(300_000));
  t.is(await project.ok('exec', '-T', 'other', 'echo', 'alive'), 'alive\n');
  t.is((await project.containers()).length, 2);
  await project.change('down');
  await busy.ended;
});

/** More than a terminal and the pipes behind it hold. */
const LINES = isNightly ? 20_000 : 4000;

withAnyRunner('the last output of a command with a terminal is in the log', async (t, project) => {
  const names = Array.from({ length: 8 }, (_, index) => `web${index}`);
  const services = names.map((name) => `  ${name}: { command: [seq, "${LINES}"], tty: true }`);
  project.compose(`services:\n${services.join('\n')}\n`);
  await project.ok('up');
  const printed = (await project.ok('logs')).split(/\r?\n/);
  for (const name of names) {
    const lines = printed.filter((line) => line.startsWith(`${name}-1 `));
    t.is(lines.length, LINES, name);
    t.is(lines.at(-1)!.split(' ').at(-1), `${LINES}`, name);
  }
});
