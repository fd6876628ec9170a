import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { commands } from '../../src/cli/command-table.ts';
import { launcher } from '../../src/launcher.ts';

/** The shells that are sh on one machine or the other, where they are installed. */
const SHELLS = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([program = '', ...words]) => spawnSync(program, [...words, '-c', ':']).status === 0,
);

/** A `node` that notes its words and, for a command, waits until the supervisor beside it has done so. */
const NODE = `#!/bin/sh
case $* in
  *' supervise') [ "\${TSCOMPOSE_DIES-}" ] && exit; read -r _; echo "supervisor $*\${TOKEN-}\${TSCOMPOSE_AUTHORITIES-}" >>"$TSCOMPOSE_NOTES"; echo ready ;;
  *) [ "$TSCOMPOSE_STANDBY" ] && read -r _ <&7 && read -r _ <&7
     echo "command $*; \${TSCOMPOSE_AUTHORITIES-}; \${NODE_EXTRA_CA_CERTS-}; \${WORD-}" >>"$TSCOMPOSE_NOTES" ;;
esac
`;

type Ran = { readonly command: string; readonly supervisor: string };

const withLauncher = (
  title: string,
  check: (
    t: ExecutionContext,
    run: (words: readonly string[], choices?: { env?: NodeJS.ProcessEnv; shell?: readonly string[] }) => Ran,
    directory: string,
  ) => unknown,
): void =>
  test(title, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'tscompose-launcher-'));
    t.teardown(() => rmSync(directory, { recursive: true }));
    const program = join(directory, 'tscompose.js');
    writeFileSync(program, launcher(commands), { mode: 0o755 });
    writeFileSync(join(directory, 'node'), NODE, { mode: 0o755 });
    const notes = join(directory, 'notes');
    await check(
      t,
      (words, { env = {}, shell = [] } = {}) => {
        writeFileSync(notes, '');
        const [first = '', ...rest] = [...shell, program, ...words];
        const { PATH, NODE_EXTRA_CA_CERTS: _, ...outer } = process.env;
        const { status, stderr } = spawnSync(first, rest, {
          cwd: directory,
          env: {
            ...outer,
            PATH: `${directory}:${PATH}`,
            TSCOMPOSE_NOTES: notes,
            TOKEN: secret,
            TSCOMPOSE_RUN_DIR: directory,
            ...env,
          },
          encoding: 'utf8',
          timeout: 30_000,
        });
        t.deepEqual({ status, stderr }, { status: 0, stderr: '' });
        const lines = readFileSync(notes, 'utf8').replaceAll(directory, '').split('\n');
        const find = (what: string): string =>
          lines.find((line) => line.startsWith(`${what} `))?.slice(what.length + 1) ?? '';
        return { command: find('command'), supervisor: find('supervisor') };
      },
      directory,
    );
  });

/** It has to reach no supervisor. */
const secret = 'a\nb';

const isRoot = process.geteuid?.() === 0;

test('the head of the program is one comment of JavaScript and one program of sh', (t) => {
  const text = launcher(commands);
  t.is(text.split('*/').length, 2);
  t.true(text.endsWith('\n*/\n'));
  for (const shell of SHELLS) {
    const { status, stderr } = spawnSync(shell[0]!, [...shell.slice(1), '-n'], {
      input: text,
      encoding: 'utf8',
    });
    t.deepEqual({ status, stderr }, { status: 0, stderr: '' }, shell.join(' '));
  }
});

withLauncher('a supervisor starts beside the commands whose rows say so', (t, run) => {
  for (const { name, startsSupervisor = false } of commands) {
    const { command, supervisor } = run([...name.split(' '), 'web']);
    t.is(command, `-- /tscompose.js ${name} web; ; ; `);
    t.is(supervisor, startsSupervisor && isRoot ? '--v8-pool-size=0 -- /tscompose.js supervise' : '', name);
  }
});

withLauncher('options before the command do not hide it, and their values are no commands', (t, run) => {
  const starts = (...words: string[]) => t.is(run(words).supervisor !== '', isRoot, words.join(' '));
  const startsNot = (...words: string[]) => t.is(run(words).supervisor, '', words.join(' '));
  starts('-f', 'a b.yaml', '--file=x', '--profile', 'up', '--dry-run', 'up', '-d');
  starts('-p', 'run', 'run', '--rm', 'web');
  startsNot('-f', 'up', 'ps');
  startsNot('--project-name', 'up', 'config');
  startsNot('exec', 'web', 'up');
  startsNot('up', '--help');
  startsNot('--help', 'up');
  startsNot();
});

withLauncher(
  'no supervisor starts beside the one that the project seems to have',
  async (t, run, directory) => {
    const server = createServer();
    const name = directory.slice(directory.lastIndexOf('/') + 1);
    for (const project of [name, 'other']) mkdirSync(join(directory, project));
    await new Promise<void>((resolve) => server.listen(join(directory, name, 'supervisor.sock'), resolve));
    t.teardown(() => server.close());
    t.is(run(['up']).supervisor, '');
    t.is(run(['-p', name, 'up'], { env: { COMPOSE_PROJECT_NAME: 'other' } }).supervisor, '');
    t.is(run(['-p', 'other', 'up']).supervisor !== '', isRoot);
    t.is(run(['up'], { env: { COMPOSE_PROJECT_NAME: 'other' } }).supervisor !== '', isRoot);
  },
);

withLauncher('no variable of the user changes, and authorities are not for Node', (t, run) => {
  const env = { NODE_EXTRA_CA_CERTS: '/etc/a b.pem', WORD: 'stays' };
  const { command, supervisor } = run(['up'], { env });
  t.is(command, '-- /tscompose.js up; /etc/a b.pem; ; stays');
  // Red without: `unset TSCOMPOSE_AUTHORITIES` in launcher.ts.
  t.false(supervisor.includes('/etc/a b.pem'), supervisor);
});

/** Red without: `exec 6<&- 9>&-` in launcher.ts. */
withLauncher('who waits for a supervisor that has died does not wait for ever', (t, run) => {
  const { command, supervisor } = run(['up'], { env: { TSCOMPOSE_DIES: '1' } });
  t.deepEqual([command, supervisor], ['-- /tscompose.js up; ; ; ', '']);
});

for (const shell of SHELLS)
  withLauncher(`in ${shell[0]}, words and descriptors arrive as they are`, (t, run) => {
    const { command, supervisor } = run(['run', 'web', "it's", 'a  b', '*'], { shell });
    t.is(command, "-- /tscompose.js run web it's a  b *; ; ; ");
    t.is(supervisor !== '', isRoot);
  });
