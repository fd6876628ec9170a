import { testServiceKey } from '../key-tests.ts';

testServiceKey('secrets', {
  forms: [
    ['[token]', [{ source: 'token', target: '/run/secrets/token' }]],
    ['[{source: token}]', [{ source: 'token', target: '/run/secrets/token' }]],
    [
      '[{source: token, target: other, uid: 1000, gid: "1000", mode: 0440}]',
      [{ source: 'token', target: 'other', uid: '1000', gid: '1000', mode: '0440' }],
    ],
    ['[{source: token, mode: "0400"}]', [{ source: 'token', mode: '0400', target: '/run/secrets/token' }]],
    ['[token, token]', [{ source: 'token', target: '/run/secrets/token' }]],
  ],
  faults: [
    ['[{source: token, uid: root}]', 'invalid-value 4:36 root'],
    ['[{source: token, gid: 4294967296}]', 'invalid-value 4:36 4294967296'],
    ['[tokn]', 'unknown-secret 4:15 tokn'],
    ['[{target: x}]', 'missing-key 4:15 {target: x}'],
    ['[{source: token, mode: "rw"}]', 'invalid-value 4:37 "rw"'],
    ['[{source: token, mod: 0440}]', 'unknown-key 4:31 mod'],
    ['token', 'invalid-type 4:14 token'],
  ],
  beside: 'secrets: {token: {file: ./token}}\n',
});
