import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { elf } from '../../../src/kernel/direct/elf.ts';
import { guardianCode } from '../../../src/kernel/guardian/code.ts';
import { guardianWords } from '../../../src/kernel/guardian/command-line.ts';
import { readExits } from '../../../src/kernel/guardian/exits.ts';
import type { Architecture } from '../../../src/kernel/program/syscalls.ts';
import { isNightly } from '../../patience.ts';

const EMULATORS = { x64: undefined, arm64: 'qemu-aarch64-static' } as const;

/** QEMU 7.2 refuses PR_SET_CHILD_SUBREAPER, which execve(2) preserves. */
const SUBREAPER = 'syscall(157, 36, 1, 0, 0, 0); exec @ARGV';

const isThere = (program: string | undefined): boolean => {
  try {
    if (program !== undefined) execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** A guardian of a shell script in place of a supervisor, in a directory of its own. */
const guard = (t: ExecutionContext, architecture: Architecture, script: string) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-guardian-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = (name: string): string => join(directory, name);
  const read = (name: string): string => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : '');
  writeFileSync(path('program'), elf(guardianCode(architecture), architecture), { mode: 0o755 });
  writeFileSync(path('complaints'), '');
  const words = guardianWords({
    project: 'web',
    exits: path('exits'),
    complaints: path('complaints'),
    notices: path('notices'),
    notice: 'it gave up\n',
    task: 'start',
    program: ['/bin/sh', 'sh', '-c', script, 'sh', directory],
  });
  const emulator = EMULATORS[architecture];
  const [program = '', argv0, ...args] =
    emulator === undefined
      ? [path('program'), ...words]
      : ['perl', 'perl', '-e', SUBREAPER, emulator, '-0', words[0]!, path('program'), ...words.slice(1)];
  const child = spawn(program, args, {
    argv0: argv0!,
    env: { ONE: '1', TWO: '2', PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  t.teardown(() => void child.kill('SIGKILL'));
  return { child, path, read, output: () => output, ended: once(child, 'close') };
};

for (const architecture of ['x64', 'arm64'] as const) {
  const emulator = EMULATORS[architecture];
  const runs =
    (isThere(emulator) || process.env.CI === 'true') && (emulator !== undefined || process.arch === 'x64');
  const declare = runs ? test : test.skip;
  const title = `${architecture}${emulator ? ' (apt-get install qemu-user-static)' : ''}: `;

  // Its second life waits for a child of the first one, which tells that the guardian has it.
  const orphans = `
    echo "$ONE$TWO" >>$1/lives
    if [ $(wc -l <$1/lives) = 1 ]; then
      (while [ $(wc -l <$1/lives) = 1 ]; do sleep 0.01; done; exit 7) &
      echo $! >$1/orphan
      echo said; echo complained >&2
      kill -9 $$
    fi
    echo complained again >&2
    while [ -e /proc/$(cat $1/orphan) ]; do sleep 0.01; done
    exit 0
  `;

  declare(`${title}it starts what was killed anew, and keeps the exit codes of orphans`, async (t) => {
    const { read, path, output, ended } = guard(t, architecture, orphans);
    t.deepEqual(await ended, [0, null]);
    t.is(read('lives'), '12\n12\n');
    t.is(output(), 'said\ncomplained\n');
    t.is(read('complaints'), 'complained again\n');
    const [{ pid, exit, startTime, endedAt }] = readExits(readFileSync(path('exits'))) as [
      ReturnType<typeof readExits>[0],
    ];
    t.is(pid, Number(read('orphan')));
    t.deepEqual(exit, { code: 7, signal: 0 });
    t.regex(startTime, /^\d+$/);
    const ran = endedAt - Number(startTime) / 100;
    // proc_uptime(5): hundredths of a second, and what is less is cut off.
    t.true(ran >= 0 && endedAt < uptime() + 0.01, `${ran} s`);
    t.is(read('notices'), '');
  });

  declare(`${title}it ends with what ends in order, or cannot begin`, async (t) => {
    for (const code of [0, 1]) t.deepEqual(await guard(t, architecture, `exit ${code}`).ended, [code, null]);
  });

  declare(`${title}SIGTERM ends both`, async (t) => {
    const { child, read, ended } = guard(t, architecture, 'echo $$ >$1/pid; exec sleep 1000');
    while (read('pid') === '') await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGTERM');
    t.deepEqual(await ended, [0, null]);
    t.false(existsSync(`/proc/${read('pid').trim()}`));
  });

  // Its third life begins after a pause of an eighth of a second, its fifth after one of half a second.
  const resting = `
    echo life >>$1/lives
    if [ $(wc -l <$1/lives) = 5 ]; then exit 0; fi
    if [ $(wc -l <$1/lives) = 4 ]; then
      (sleep 0.1; exit 7) &
      echo $! >$1/orphan
      date +%s%N >$1/begin
    fi
    kill -9 $$
  `;

  /** Red without: the SIGCHLD among the signals at rest in program.ts (it ends half a second later), or `due` in deaths.ts. */
  declare(
    `${title}what ends in its pauses is reaped at once, and no pause is shorter for that`,
    async (t) => {
      const { read, path, ended } = guard(
        t,
        architecture,
        resting.replace('exit 0', 'date +%s%N >$1/end; exit 0'),
      );
      t.deepEqual(await ended, [0, null]);
      const [{ pid, exit, startTime, endedAt }] = readExits(readFileSync(path('exits'))) as [
        ReturnType<typeof readExits>[0],
      ];
      t.deepEqual([pid, exit.code], [Number(read('orphan')), 7]);
      const ran = endedAt - Number(startTime) / 100;
      const paused = (Number(read('end')) - Number(read('begin'))) / 1e9;
      t.true(paused >= 0.5, `${paused} s`);
      t.true(ran < 0.1 + (paused - 0.1) / 2, `${ran} s of ${paused} s`);
    },
  );

  (isNightly ? declare : test.skip)(
    `${title}it gives up after eight short lives, with longer and longer pauses`,
    async (t) => {
      t.timeout(60_000);
      const begin = performance.now();
      const { read, ended } = guard(t, architecture, 'echo life >>$1/lives; kill -9 $$');
      t.deepEqual(await ended, [1, null]);
      t.is(read('lives'), 'life\n'.repeat(9));
      t.is(read('notices'), 'it gave up\n');
      t.true(performance.now() - begin > 15_000);
    },
  );
}
