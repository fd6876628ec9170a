import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { elf } from '../../src/kernel/direct/elf.ts';
import { openStage } from '../../src/kernel/direct/open-stage.ts';
import { machineCode, STAGES } from '../../src/kernel/direct/stage.ts';
import type { Architecture } from '../../src/kernel/syscalls.ts';

const DISASSEMBLERS = {
  x64: {
    program: 'objdump',
    machine: ['-m', 'i386:x86-64', '-M', 'intel'],
    install: 'binutils',
  },
  arm64: {
    program: 'aarch64-linux-gnu-objdump',
    machine: ['-m', 'aarch64'],
    install: 'binutils-aarch64-linux-gnu',
  },
} as const;

const has = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** What the disassembler makes of the code: an instruction a line, without addresses and remarks. */
const disassemble = (architecture: Architecture): readonly string[] => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-stage-'));
  try {
    const file = join(directory, 'code');
    writeFileSync(file, machineCode(architecture));
    const { program, machine } = DISASSEMBLERS[architecture];
    const listing = execFileSync(program, ['-D', '-b', 'binary', ...machine, file], { encoding: 'utf8' });
    return listing
      .split('\n')
      .flatMap((line) => /^\s+[0-9a-f]+:\t(?:[0-9a-f]{2,8} ?)+\s*\t(.*)$/.exec(line)?.[1] ?? [])
      .map((text) =>
        text
          .replace(/\s*\/\/.*$/, '')
          .replace(/\s+/g, ' ')
          .trim(),
      );
  } finally {
    rmSync(directory, { recursive: true });
  }
};

test('only root can read the stage, and no user can change it', (t) => {
  const stage = openStage();
  t.throws(() => writeSync(stage, 'x', 0), { code: 'EPERM' });
  t.throws(() => ftruncateSync(stage), { code: 'EPERM' });
  t.is(fstatSync(stage).mode & 0o777, 0o111);
  closeSync(stage);
});

for (const architecture of ['x64', 'arm64'] as const) {
  const { program, install } = DISASSEMBLERS[architecture];
  const missing = !has(program);
  const declare = missing && process.env.CI !== 'true' ? test.skip : test;
  declare(`the ${architecture} stage is what its mnemonics say (apt-get install ${install})`, (t) => {
    t.deepEqual(
      disassemble(architecture),
      STAGES[architecture].map(([, text]) => text),
    );
  });

  test(`the ${architecture} stage is one small file with nothing but code`, (t) => {
    const file = elf(machineCode(architecture), architecture);
    t.true(file.length < 500);
    t.is(file.readUInt16LE(56), 1);
    t.is(file.readUInt32LE(64 + 4), 5);
  });
}
