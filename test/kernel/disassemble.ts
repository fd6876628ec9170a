import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { Architecture } from '../../src/kernel/program/syscalls.ts';

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

/** Declares a test that needs the disassembler of an architecture. */
export const testDisassembly = (
  architecture: Architecture,
  title: string,
  code: () => Uint8Array,
  listing: () => readonly string[],
): void => {
  const { program, install } = DISASSEMBLERS[architecture];
  const declare = !has(program) && process.env.CI !== 'true' ? test.skip : test;
  declare(`${title} (apt-get install ${install})`, (t) => {
    t.deepEqual(disassemble(architecture, code()), listing());
  });
};

const has = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** What the disassembler makes of the code: an instruction a line, without addresses and remarks. */
const disassemble = (architecture: Architecture, code: Uint8Array): readonly string[] => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-code-'));
  try {
    const file = join(directory, 'code');
    writeFileSync(file, code);
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
