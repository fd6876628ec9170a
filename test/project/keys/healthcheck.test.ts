import { testServiceKey } from '../key-tests.ts';

testServiceKey('healthcheck', {
  forms: [
    [
      '{test: curl -f http://localhost || exit 1}',
      { test: ['CMD-SHELL', 'curl -f http://localhost || exit 1'] },
    ],
    ['{test: [CMD, curl, x]}', { test: ['CMD', 'curl', 'x'] }],
    [
      '{test: [CMD-SHELL, "a | b"], interval: 1m30s, timeout: 10s, retries: "3", start_period: 0s, start_interval: 500ms}',
      {
        test: ['CMD-SHELL', 'a | b'],
        interval: '1m30s',
        timeout: '10s',
        retries: 3,
        start_period: '0s',
        start_interval: '500ms',
      },
    ],
    ['{test: [NONE]}', { test: ['NONE'] }],
    ['{disable: "true"}', { disable: true }],
  ],
  faults: [
    ['{test: [curl, x]}', 'invalid-value 4:25 [curl, x]'],
    ['{test: [CDM, x]}', 'invalid-value 4:25 [CDM, x]'],
    ['{interval: 10}', 'invalid-value 4:29 10'],
    ['{retries: -1}', 'invalid-value 4:28 -1'],
    ['{retries: 1.5}', 'invalid-value 4:28 1.5'],
    ['{intervall: 1s}', 'unknown-key 4:19 intervall'],
    ['[CMD, x]', 'invalid-type 4:18 [CMD, x]'],
  ],
});
