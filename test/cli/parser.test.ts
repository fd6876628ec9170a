import test from 'ava';
import { Problem } from '../../src/base/diagnostic.ts';
import { commands } from '../../src/cli/command-table.ts';
import { readFlags } from '../../src/cli/grammar/flags.ts';
import { parse } from '../../src/cli/parser.ts';

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

test('run takes the plural names that Docker Compose takes', (t) => {
  const { options } = parsed('run', '--volumes', 'a:/a', '--volume=b:/b', '--labels', 'c=d', 'web');
  t.deepEqual(options.volume, ['a:/a', 'b:/b']);
  t.deepEqual(options.label, ['c=d']);
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
  for (const all of ['all', '-1']) t.is(parsed('logs', '--tail', all).options.tail, Number.POSITIVE_INFINITY);
  t.deepEqual(parsed('run', '--entrypoint', 'sh -c "a b"', 'web').options.entrypoint, ['sh', '-c', 'a b']);
});

test('a value that cannot be read is refused with what was expected', (t) => {
  t.regex(
    refused('stop', '-t', 'soon')!.message,
    /--timeout.*`soon` is invalid: expected a number of seconds/,
  );
  t.regex(refused('ps', '--format', 'xml')!.message, /expected table, json, json-array or a template/);
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

test('every flag takes true and false, as Docker Compose reads them', (t) => {
  t.true(parsed('up', '--detach=true').options.detach);
  t.false(parsed('up', '--detach=F').options.detach);
  t.true(parsed('up', '--no-deps=false').options.deps);
  t.false(parsed('up', '--no-deps=1').options.deps);
  t.is(parsed('up', '-d', '--detach=false').options.detach, false);
  t.false(parsed('up', '-d=0').options.detach);
  t.is(
    refused('up', '--detach=maybe')!.message,
    'option `-d, --detach` argument `maybe` is invalid: expected true or false',
  );
  for (const { name, options, operands } of commands)
    for (const { flags } of options.filter((option) => !option.flags.includes('<')))
      for (const value of ['true', 'false']) {
        const words = [name, `${readFlags(flags).names.at(-1)}=${value}`, ...(operands.match(/<\w+/g) ?? [])];
        t.notThrows(() => parsed(...words), words.join(' '));
      }
});

test.serial('a flag that says false wins over its variable', (t) => {
  t.teardown(() => delete process.env.COMPOSE_REMOVE_ORPHANS);
  process.env.COMPOSE_REMOVE_ORPHANS = 'true';
  t.false(parsed('up', '--remove-orphans=false').options.removeOrphans);
});

test('values stand behind a blank, an equals sign or the letter, and letters may be joined', (t) => {
  for (const words of [['-n', '5'], ['-n5'], ['-n=5'], ['--tail', '5'], ['--tail=5']])
    t.is(parsed('logs', ...words).options.tail, 5, words.join(' '));
  t.like(parsed('logs', '-ftn5', 'web'), {
    options: { follow: true, timestamps: true, tail: 5 },
    operands: ['web'],
  });
  t.deepEqual(parsed('exec', '--env=A=b=c', 'web', 'ls').options.env, ['A=b=c']);
  t.is(refused('stop', '-t')!.message, 'option `-t, --timeout <seconds>` needs a value');
  t.is(refused('stop', '-t')!.help, 'see `tscompose help stop`');
  t.is(refused('network', 'create', '--nonsense')!.help, 'see `tscompose help network create`');
  t.is(refused('--nonsense')!.help, 'see `tscompose help`');
  t.deepEqual(parsed('ps', 'web', '-a', '--', '-q').operands, ['web', '-q']);
});

test('a command or an option of Docker Compose that is not here is told in one sentence', (t) => {
  t.is(
    refused('publish')!.message,
    'unknown command `publish`: not supported here; images are fetched and run here, not made',
  );
  t.regex(refused('up', '--build')!.message, /^unknown option `--build`: not supported here; .*`load`$/);
  t.regex(refused('run', '--build', 'web')!.message, /^unknown option `--build`: not supported here; /);
  t.is(refused('stats')!.message, 'unknown command `stats`: not supported here yet');
  t.is(refused('stats')!.help, undefined);
});

test('a command that ends containers is never suggested', (t) => {
  const near = (name: string) => Array.from(name, (_, at) => name.slice(0, at) + name.slice(at + 1));
  for (const { name, endsContainers } of commands)
    for (const word of near(name).filter(Boolean)) {
      const help = refused(word)?.help ?? '';
      if (endsContainers) t.notRegex(help, new RegExp(`\\\`${name}\\\``), word);
    }
  t.is(refused('dow')!.help, 'see `tscompose help`');
  t.is(refused('confi')!.help, 'did you mean `config`?');
});

test('options without a meaning here are accepted without effect', (t) => {
  const { options } = parsed('up', '-d', '--no-build', '-y', '--menu=false', '--quiet-build', 'web');
  t.deepEqual(Object.keys(options).sort(), Object.keys(parsed('up').options).sort());
  t.is(parsed('--parallel', '4', '--verbose', 'ps').name, 'ps');
  t.like(parsed('down', '--rmi', 'local', 'web'), { operands: ['web'], options: { rmi: 'local' } });
});
