import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { findings, loadText, web } from '../support.ts';

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

const found = (written: string) => {
  const loaded = loadText(web(`logging: ${written}`));
  return [loaded.project?.services.web?.logging, findings(loaded.diagnostics, loaded)] as const;
};

const megabytes = (count: number): number => count << 20;

test('sizes and numbers of files are those of Docker, and 5 of 20 MB where nothing is said', (t) => {
  for (const [written, logging] of [
    ['{}', undefined],
    ['{driver: local}', undefined],
    ['{options: {max-size: "", max-file: ""}}', undefined],
    ['{options: {max-size: 10m}}', { driver: 'json-file', maxSize: megabytes(10), maxFiles: 1 }],
    ['{driver: local, options: {max-size: 1g}}', { driver: 'local', maxSize: 1 << 30, maxFiles: 5 }],
    ['{options: {max-file: 2}}', { driver: 'json-file', maxSize: megabytes(20), maxFiles: 2 }],
    ['{options: {max-size: 64K, max-file: "3"}}', { driver: 'json-file', maxSize: 65536, maxFiles: 3 }],
    ['{driver: none}', { driver: 'none', maxSize: megabytes(20), maxFiles: 5 }],
  ] as const)
    t.deepEqual(found(written), [logging, []], written);
});

test('options that are wrong are errors, all at once', (t) => {
  const options = '{max-size: lots, max-file: 0, max-files: 3, compress: "false"}';
  t.deepEqual(found(`{driver: local, options: ${options}}`)[1], [
    'error invalid-value 4:50 lots',
    'error invalid-value 4:66 0',
    'error unknown-key 4:80 3',
  ]);
  t.deepEqual(found('{options: {max-size: "-1"}}')[1], ['error invalid-value 4:35 "-1"']);
});

test('other drivers, and options without an effect, are warnings', (t) => {
  t.deepEqual(found('{driver: syslog, options: {syslog-address: "udp://10.0.0.1:514"}}'), [
    undefined,
    ['warning unsupported-key 4:23 syslog'],
  ]);
  const options = '{max-size: 1m, compress: "true", tag: web, mode: non-blocking}';
  t.deepEqual(found(`{options: ${options}}`)[1], [
    'warning unsupported-key 4:49 "true"',
    'warning unsupported-key 4:57 tag',
    'warning unsupported-key 4:73 non-blocking',
  ]);
});
