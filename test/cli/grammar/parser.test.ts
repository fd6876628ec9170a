import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { parse } from '../../../src/cli/grammar/parser.ts';

const parsed = (...words: string[]) => {
  const { command, globals, options, operands } = parse(words, () => {})!;
  return { name: command.name, globals, operands, options: options as Readonly<Record<string, unknown>> };
};

const printed = (...words: string[]): string => {
  let text = '';
  parse(words, (more) => {
    text += more;
  });
  return text;
};

const refused = (...words: string[]) => {
  try {
    parse(words, () => {});
  } catch (error) {
    if (error instanceof Problem) return error.diagnostics[0];
    throw error;
  }
  return undefined;
};

test('global options come before the command and can be repeated', (t) => {
  const { name, globals } = parsed('-f', 'a.yaml', '--file', 'b.yaml', '-p', 'app', '--strict', 'ps');
  t.is(name, 'ps');
  t.deepEqual(globals.file, ['a.yaml', 'b.yaml']);
  t.is(globals.projectName, 'app');
  t.true(globals.strict);
});

test('a flag of a command may have the name of a global option', (t) => {
  const { globals, options } = parsed('-f', 'a.yaml', 'logs', '-f', 'web');
  t.deepEqual(globals.file, ['a.yaml']);
  t.true(options.follow);
});

test('options that say no are true until they are given', (t) => {
  const { options } = parsed('up', '--no-deps');
  t.false(options.deps);
  t.true(options.recreate);
  t.true(options.logPrefix);
  t.is(options.detach, undefined);
});

test('everything after the service of exec belongs to the command', (t) => {
  const { options, operands } = parsed('exec', '-T', '-e', 'A=1', 'web', 'ls', '-l', '--help', '-e', 'B=2');
  t.false(options.tty);
  t.deepEqual(options.env, ['A=1']);
  t.deepEqual(operands, ['web', 'ls', '-l', '--help', '-e', 'B=2']);
});

test('everything after the service of run belongs to the command, a second -- included', (t) => {
  const { options, operands } = parsed('run', '--rm', 'web', 'sh', '-c', 'exit 3', '--', '--rm');
  t.true(options.rm);
  t.deepEqual(operands, ['web', 'sh', '-c', 'exit 3', '--', '--rm']);
});

test('a -- before the service of exec is allowed and dropped', (t) => {
  t.deepEqual(parsed('exec', '-T', '--', 'web', 'ls').operands, ['web', 'ls']);
});

test('values are read: seconds, signals, lines, words', (t) => {
  t.is(parsed('stop', '-t', '1.5').options.timeout, 1500);
  t.is(parsed('stop', '--timeout', '1m').options.timeout, 60_000);
  t.is(parsed('kill', '-s', 'hup').options.signal, 'SIGHUP');
  t.is(parsed('kill').options.signal, 'SIGKILL');
  t.is(parsed('logs', '-n', '20').options.tail, 20);
  t.is(parsed('logs', '--tail', 'all').options.tail, Number.POSITIVE_INFINITY);
  t.deepEqual(parsed('run', '--entrypoint', 'sh -c "a b"', 'web').options.entrypoint, ['sh', '-c', 'a b']);
});

test('a value that cannot be read is refused with what was expected', (t) => {
  t.regex(
    refused('stop', '-t', 'soon')!.message,
    /--timeout.*`soon` is invalid: expected a number of seconds/,
  );
  t.regex(refused('ps', '--format', 'xml')!.message, /expected one of table, json, json-array/);
});

test('a mistyped command or option is refused with the right one', (t) => {
  t.is(refused('pss')!.help, 'did you mean `ps`?');
  t.is(refused('up', '--detch')!.help, 'did you mean `--detach`?');
  t.is(refused('up', '--detch')!.code, 'usage');
});

test('a global option after the command is refused with where it belongs', (t) => {
  t.regex(refused('up', '-f', 'other.yaml')!.help!, /`-f` belongs before the command/);
});

test('exec without a command is refused', (t) => {
  t.is(refused('exec', 'web')!.message, 'missing required argument `cmd`');
});

test('too many operands are refused', (t) => {
  t.regex(refused('version', 'x')!.message, /too many arguments/);
});

test('help is printed for tscompose and for a command', (t) => {
  t.regex(printed('--help'), /^Start and stop$/m);
  t.regex(printed(), /^Start and stop$/m);
  t.regex(printed('up', '--help'), /--force-recreate/);
});

test.serial('an environment variable stands in for an option, an empty one does not', (t) => {
  t.teardown(() => delete process.env.COMPOSE_PROGRESS);
  process.env.COMPOSE_PROGRESS = 'plain';
  t.is(parsed('ps').globals.progress, 'plain');
  t.is(parsed('--progress', 'json', 'ps').globals.progress, 'json');
  process.env.COMPOSE_PROGRESS = '';
  t.is(parsed('ps').globals.progress, 'auto');
});

test.serial('the variable of a flag has to say yes', (t) => {
  t.teardown(() => delete process.env.COMPOSE_REMOVE_ORPHANS);
  process.env.COMPOSE_REMOVE_ORPHANS = '0';
  t.is(parsed('up').options.removeOrphans, undefined);
  process.env.COMPOSE_REMOVE_ORPHANS = 'true';
  t.true(parsed('up').options.removeOrphans);
});

test('--version and -v are the command of that name', (t) => {
  for (const word of ['--version', '-v']) t.is(parse([word, '--short'], () => {})?.command.name, 'version');
});
