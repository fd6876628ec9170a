import { createHash } from 'node:crypto';
import test from 'ava';
import { dockerProfile } from '../../../src/container/seccomp/docker-profile.ts';
import type { SeccompConditions, SeccompProfile } from '../../../src/project/model/seccomp-profile.ts';

// `expanded` gives the same lines for default.json of github.com/moby/profiles/seccomp v0.3.0.
const DIGEST = '95bc33333d1d29076af64b06d21a7ac9ebd2bbc177dbe9c492f2f5e778033cec';

test('the default profile has the rules of Docker’s for x64 and arm64', (t) => {
  const lines = expanded(dockerProfile());
  t.is(lines.length, 463);
  t.is(createHash('sha256').update(lines.join('\n')).digest('hex'), DIGEST);
});

/** The rules of a profile that may apply on x64 or arm64, one line for each name, sorted. */
const expanded = ({ defaultAction, defaultErrnoRet, syscalls }: SeccompProfile): readonly string[] => [
  `${defaultAction} ${defaultErrnoRet}`,
  ...syscalls
    .filter(({ includes }) => isHere(includes))
    .flatMap(({ names, action, errnoRet, args, includes, excludes }) =>
      names.map((name) =>
        [
          ...[name, action, errnoRet ?? ''],
          ...(args ?? []).map(({ index, value, valueTwo = 0, op }) => `${index} ${op} ${value} ${valueTwo}`),
          `includes ${conditions(includes)}`,
          `excludes ${conditions(excludes)}`,
        ].join(' '),
      ),
    )
    .toSorted(),
];

const HERE = ['amd64', 'x86', 'x32', 'arm64', 'arm'];

const isHere = ({ arches = [] }: SeccompConditions = {}): boolean =>
  arches.length === 0 || arches.some((name) => HERE.includes(name));

const conditions = ({ caps = [], arches = [], minKernel = '' }: SeccompConditions = {}): string =>
  [...caps.toSorted(), ...arches.filter((name) => HERE.includes(name)).toSorted(), minKernel].join(',');
