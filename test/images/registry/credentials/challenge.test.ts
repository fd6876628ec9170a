import test from 'ava';
import { readChallenges } from '../../../../src/images/registry/credentials/challenge.ts';

const rows: readonly (readonly [
  what: string,
  header: string,
  expected: ReturnType<typeof readChallenges>,
])[] = [
  [
    'Bearer as Docker Hub has it',
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    [
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:a/b:pull,push',
        },
      },
    ],
  ],
  ['Basic', 'Basic realm="a \\"b\\", c"', [{ scheme: 'basic', parameters: { realm: 'a "b", c' } }]],
  [
    'several in one header',
    'Negotiate, Basic realm="one", BEARER Realm = "https://x/t" , service=y',
    [
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'one' } },
      { scheme: 'bearer', parameters: { realm: 'https://x/t', service: 'y' } },
    ],
  ],
  ['nothing', '', []],
  ['a parameter without a scheme', 'realm="x"', []],
];

for (const [what, header, expected] of rows)
  test(`challenges: ${what}`, (t) => t.deepEqual(readChallenges(header), expected));
