import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import test from 'ava';
import { commands } from '../src/cli/command-table.ts';
import { launcher } from '../src/launcher.ts';

const isRoot = process.geteuid?.() === 0;

/** What is typed, and whether a supervisor starts beside it. */
type Case = {
  readonly title: string;
  /** The words after the program's name. */
  readonly words: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Before the program's name; `exec` runs it with more descriptors open, for instance. */
  readonly before?: string;
  readonly starts: boolean;
};

/** The project `there` has a supervisor, and so has the one of the directory `here`. */
const cases: readonly Case[] = [
  { title: 'a command that needs one', words: 'up -d', starts: true },
  { title: 'a command that needs none', words: 'ps', starts: false },
  { title: 'a service with the name of a command', words: 'logs up', starts: false },
  { title: 'its help', words: 'up --help', starts: false },
  { title: 'its help, by the short option', words: 'up -h', starts: false },
  { title: 'a value that is the name of a command', words: '-f up ps', starts: false },
  { title: 'a value before the command', words: '-f up up', starts: true },
  { title: 'a project that has one', words: '-p there up', starts: false },
  { title: 'a project that has one, by the long option', words: '--project-name there up', starts: false },
  { title: 'a project that has none', words: '-p other up', starts: true },
  {
    title: 'a project of the environment',
    words: 'up',
    env: { COMPOSE_PROJECT_NAME: 'there' },
    starts: false,
  },
  { title: 'a project of the directory', words: 'up', before: 'cd here;', starts: false },
  { title: 'a project that is in another directory', words: '-f here/any.yaml up', starts: false },
  { title: 'a project that its file names', words: '-f named.yaml -f here/any.yaml up', starts: false },
  {
    title: 'a project that a file of the environment names',
    words: 'up',
    env: { COMPOSE_FILE: 'named.yaml:other' },
    starts: false,
  },
  { title: 'a project that a file without an option names', words: 'up', before: 'cd named;', starts: false },
  {
    title: 'a project that its file names, in a directory with one',
    words: '-f here/other.yaml up',
    starts: true,
  },
  { title: 'a file that says a name later', words: '-f late.yaml up', starts: true },
  ...[6, 7, 8, 9].map((fd) => ({
    title: `descriptor ${fd} of the caller`,
    words: 'up',
    before: `exec ${fd}</dev/null;`,
    starts: false,
  })),
  { title: 'a user who may not', words: 'up', before: 'exec setpriv --reuid=65534', starts: false },
];

const FILES = {
  'named.yaml': '# a comment\n\nname: "there" # another one\nservices: {}\n',
  'named/compose.yml': "---\nname: 'there'\n",
  'here/any.yaml': 'services: {}\n',
  'here/other.yaml': 'name: other\n',
  'late.yaml': 'services: {}\nname: there\n',
};

/** Red without: the condition of each title in launcher.ts. */
for (const { title, words, env = {}, before = '', starts } of cases)
  (isRoot ? test : test.skip)(`${starts ? 'a' : 'no'} supervisor starts beside: ${title}`, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'tscompose-launcher-'));
    t.teardown(() => rmSync(directory, { recursive: true }));
    chmodSync(directory, 0o777);
    const path = (name: string): string => join(directory, name);
    for (const name of ['bin', 'here', 'named', 'run/there', 'run/here'])
      mkdirSync(path(name), { recursive: true });
    for (const name of ['there', 'here']) {
      const server = createServer().listen(path(`run/${name}/supervisor.sock`));
      t.teardown(() => server.close());
      await new Promise((resolve) => server.once('listening', resolve));
    }
    for (const [name, text] of Object.entries(FILES)) writeFileSync(path(name), text);
    writeFileSync(path('typed'), launcher(commands), { mode: 0o755 });
    writeFileSync(path('bin/node'), `#!/bin/sh\necho "$*" >>${path('started')}\n`, { mode: 0o755 });
    const shell = `${before} ${before.startsWith('exec setpriv') ? '' : 'exec'} ${path('typed')} ${words}`;
    const child = spawn('sh', ['-c', shell], {
      cwd: directory,
      env: { PATH: `${path('bin')}:${process.env.PATH}`, TSCOMPOSE_RUN_DIR: path('run'), ...env },
      // The one beside the command has descriptor 3 as well: all have ended when it is closed.
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    (child.stdio[3] as Readable).resume();
    t.deepEqual(await once(child, 'close'), [0, null]);
    const started = readFileSync(path('started'), 'utf8').trim().split('\n');
    t.is(started.filter((line) => line.endsWith('supervise')).length, starts ? 1 : 0, started.join('\n'));
    t.true(started.includes(`-- ${path('typed')} ${words}`));
  });
