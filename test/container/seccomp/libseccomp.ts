import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OciSeccomp } from '../../../src/container/oci.ts';
import type { Instruction } from '../../../src/container/seccomp/bpf.ts';
import { returned } from '../../../src/container/seccomp/rules.ts';
import { instructionsIn } from './simulate.ts';

const directory = mkdtempSync(join(tmpdir(), 'tscompose-libseccomp-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

const oracle = join(directory, 'oracle');

const compiled = spawnSync('cc', ['-o', oracle, join(import.meta.dirname, 'libseccomp.c'), '-lseccomp']);

/** Why there is no libseccomp(3) to compare with. */
export const missing =
  compiled.status === 0 ? undefined : 'needs: apt-get install gcc libc6-dev libseccomp-dev';

/** The numbers of calls in an ABI of libseccomp(3); negative for calls that it does not have. */
export const itsNumbers = (abi: string, names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(
    execFileSync(oracle, ['numbers', abi], { input: names.join('\n'), encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', number]) => [name, Number(number)]),
  );

/** The filter that libseccomp(3) makes of a profile, as runc(8) hands it over. */
export const itsFilter = (profile: OciSeccomp, abis: readonly string[]): readonly Instruction[] => {
  const otherwise = actionOf(profile.defaultAction, profile.defaultErrnoRet);
  const lines = profile.syscalls.flatMap(({ names, action, errnoRet, args = [] }) => {
    const own = actionOf(action, errnoRet);
    if (own === otherwise) return [];
    const conditions = args.map(({ index, op, value, valueTwo = 0 }) =>
      [index, OPERATORS.indexOf(op), value, valueTwo].join(' '),
    );
    return names.map((name) => [name, own, ...conditions].join(' '));
  });
  const bytes = execFileSync(oracle, ['filter', String(otherwise), ...abis], { input: lines.join('\n') });
  return instructionsIn(bytes);
};

// seccomp.h: the actions of libseccomp(3) are the values that the kernel takes.
const actionOf = returned;

const OPERATORS = [
  '',
  'SCMP_CMP_NE',
  'SCMP_CMP_LT',
  'SCMP_CMP_LE',
  'SCMP_CMP_EQ',
  'SCMP_CMP_GE',
  'SCMP_CMP_GT',
  'SCMP_CMP_MASKED_EQ',
];
