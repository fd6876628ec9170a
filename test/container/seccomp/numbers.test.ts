import test from 'ava';
import { numbersOf } from '../../../src/container/seccomp/numbers.ts';
import { SYSCALLS } from '../../../src/kernel/program/syscalls.ts';
import { itsNumbers, missing } from './libseccomp.ts';

const ABIS = { x64: 'x86_64', i386: 'x86', arm64: 'aarch64', arm: 'arm' } as const;

for (const [abi, name] of Object.entries(ABIS) as [keyof typeof ABIS, string][])
  (missing ? test.skip : test)(
    `the numbers of ${abi} are those of libseccomp${missing ? ` (${missing})` : ''}`,
    (t) => {
      const ours = numbersOf(abi);
      const theirs = itsNumbers(name, [...ours.keys()]);
      const other = [...ours].filter(
        ([call, number]) => isKnown(theirs.get(call)) && theirs.get(call) !== number,
      );
      t.deepEqual(other, []);
      // It may be older than these tables, and has some calls of i386 under another name only.
      t.true([...theirs.values()].filter(isKnown).length > ours.size - 60);
    },
  );

// It has names of calls that an ABI has under another name only, with negative numbers.
const isKnown = (number: number | undefined): number is number => number !== undefined && number >= 0;

test('the calls of Programs have the same numbers', (t) => {
  for (const architecture of ['x64', 'arm64'] as const)
    for (const [name, call] of Object.entries(SYSCALLS))
      t.is(numbersOf(architecture).get(name), call[architecture], `${name} of ${architecture}`);
});

test('no number is that of two calls, except where a call has two names', (t) => {
  for (const abi of Object.keys(ABIS) as (keyof typeof ABIS)[]) {
    const numbers = [...numbersOf(abi).values()];
    t.is(new Set(numbers).size, numbers.length - (abi === 'arm' ? 1 : 0), abi);
  }
});
