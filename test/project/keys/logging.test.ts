import { testServiceKey } from '../key-tests.ts';

testServiceKey('logging', {
  forms: [
    [
      '{driver: json-file, options: {max-size: 10m, max-file: 3}}',
      { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
    ],
    ['{driver: none}', { driver: 'none' }],
  ],
  faults: [
    ['json-file', 'invalid-type 4:14 json-file'],
    ['{options: [a=b]}', 'invalid-type 4:24 [a=b]'],
    ['{drivr: x}', 'unknown-key 4:15 drivr'],
  ],
});
