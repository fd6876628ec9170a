import test, { type ExecutionContext } from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

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

const checkOf = (written: string) => (t: ExecutionContext) =>
  service(t, web(`healthcheck: ${written}`)).healthcheck;

test('the defaults are those of Docker, and 0 stands for them', (t) => {
  const plain = {
    test: ['CMD-SHELL', 'x'],
    interval: 30_000,
    timeout: 30_000,
    retries: 3,
    startPeriod: 0,
    startInterval: 5000,
  };
  t.deepEqual(checkOf('{test: x}')(t), plain);
  const zeros = '{test: x, interval: 0s, timeout: 0s, retries: 0, start_period: 0s, start_interval: 0s}';
  t.deepEqual(checkOf(zeros)(t), plain);
});

test('times are milliseconds', (t) => {
  const check = checkOf(
    '{test: [CMD, a, b], interval: 1m30s, timeout: 1.5s, retries: 7, start_period: 1h, start_interval: 20ms}',
  )(t);
  t.deepEqual(check, {
    test: ['CMD', 'a', 'b'],
    interval: 90_000,
    timeout: 1500,
    retries: 7,
    startPeriod: 3_600_000,
    startInterval: 20,
  });
});

for (const written of ['{test: [NONE]}', '{test: x, disable: true}', '{interval: 5s}', '{test: []}', ''])
  test(`no health check: ${written}`, (t) => {
    t.is(checkOf(written)(t), undefined);
  });

test('with an image, what the service says is kept until the image is known', (t) => {
  const file = (check: string) => `services:\n  web: {image: a, healthcheck: ${check}}\n`;
  const ofImage = (check: string) => {
    const { rootfs } = service(t, file(check));
    return rootfs.kind === 'wanted-image' ? rootfs.healthcheck : undefined;
  };
  t.deepEqual(ofImage('{interval: 5s, retries: 2}'), { interval: 5000, retries: 2 });
  t.deepEqual(ofImage('{disable: true}'), { test: ['NONE'] });
});
