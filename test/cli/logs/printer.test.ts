import test from 'ava';
import { logPrinter, shortName } from '../../../src/cli/logs/printer.ts';

const collect = (options: { prefixed?: boolean; color?: boolean } = {}) => {
  const lines: string[] = [];
  const printer = logPrinter({
    prefixed: options.prefixed ?? true,
    color: options.color ?? false,
    write: (stream, bytes) => lines.push(`${stream}: ${Buffer.from(bytes)}`),
  });
  return { lines, printer };
};

const web = { name: 'web-1', service: 'web' };
const database = { name: 'database-1', service: 'database' };

test('prefixes are as wide as the longest name', (t) => {
  const { lines, printer } = collect();
  const [short, long] = [printer.open(web), printer.open(database)];
  short.print('stdout', Buffer.from('a\n'));
  long.print('stdout', Buffer.from('b\n'));
  t.deepEqual(lines, ['stdout: web-1       | a\n', 'stdout: database-1  | b\n']);
});

test('the two streams of a container stay apart', (t) => {
  const { lines, printer } = collect();
  const output = printer.open(web);
  output.print('stdout', Buffer.from('half'));
  output.print('stderr', Buffer.from('whole\n'));
  output.end();
  t.deepEqual(lines, ['stderr: web-1  | whole\n', 'stdout: web-1  | half\n']);
});

test('without prefixes the lines are as they were', (t) => {
  const { lines, printer } = collect({ prefixed: false });
  printer.open(web).print('stdout', Buffer.from('a\n'));
  t.deepEqual(lines, ['stdout: a\n']);
});

test('the containers of a service share a colour, services have their own', (t) => {
  const { lines, printer } = collect({ color: true });
  for (const name of ['web-1', 'web-2'])
    printer.open({ name, service: 'web' }).print('stdout', Buffer.from('a\n'));
  printer.open(database).print('stdout', Buffer.from('a\n'));
  const colors = lines.map((line) => /\x1b\[\d+m/.exec(line)?.[0]);
  t.is(colors[0], colors[1]);
  t.not(colors[0], colors[2]);
});

test('the project is left out of a name, unless somebody chose the name', (t) => {
  t.is(shortName({ Name: 'app-web-1', Project: 'app' }), 'web-1');
  t.is(shortName({ Name: 'frontend', Project: 'app' }), 'frontend');
});
