import test from 'ava';
import { printCanonical } from '../../src/project/print.ts';
import { loadText, web } from './support.ts';

const large = '18446744073692774399';

/** Keys with a number that becomes a text, and where it is in the canonical form. */
const places = [
  [`environment: {A: ${large}}`, ['environment', 'A']],
  [`labels: {A: ${large}}`, ['labels', 'A']],
  [`annotations: {A: ${large}}`, ['annotations', 'A']],
  [`sysctls: {kernel.shmmax: ${large}}`, ['sysctls', 'kernel.shmmax']],
  [`build: {context: ., args: {A: ${large}}}`, ['build', 'args', 'A']],
  [`build: {context: ., labels: {A: ${large}}}`, ['build', 'labels', 'A']],
  [`logging: {options: {A: ${large}}}`, ['logging', 'options', 'A']],
  [`storage_opt: {size: ${large}}`, ['storage_opt', 'size']],
  [`deploy: {labels: {A: ${large}}}`, ['deploy', 'labels', 'A']],
  [`provider: {type: x, options: {a: ${large}}}`, ['provider', 'options', 'a', '0']],
  [`networks: {default: {driver_opts: {a: ${large}}}}`, ['networks', 'default', 'driver_opts', 'a']],
  [`gpus: [{options: {a: ${large}}}]`, ['gpus', '0', 'options', 'a']],
  [`post_start: [{command: x, environment: {A: ${large}}}]`, ['post_start', '0', 'environment', 'A']],
] as const;

for (const [keys, path] of places)
  test(`a number has all of its digits: ${keys}`, (t) => {
    const { canonical } = loadText(web(keys), { toRun: false });
    t.is(at(canonical!.services.web, path), large);
  });

test('a negative one, one in hexadecimal, one by an alias, and one that a number of JavaScript has', (t) => {
  const keys =
    'environment: {A: -9007199254740993, B: 0x7fffffffffffffff, C: &c 123456789012345678, D: *c, E: 42, F: 1e3, G: 0400000000000000001}';
  t.deepEqual(loadText(web(keys)).project!.services.web!.environment, {
    A: '-9007199254740993',
    B: '9223372036854775807',
    C: '123456789012345678',
    D: '123456789012345678',
    E: '42',
    F: '1000',
    // Red without: the `0o` of a leading zero in exact-integer.ts.
    G: '9007199254740993',
  });
});

// What Docker Compose's reader of YAML takes for numbers, and how Go writes one that has a point or an exponent.
const asInDocker = [
  ['1_000', '1000'],
  ['-1__0', '-10'],
  ['0b1_0', '2'],
  ['-0x1F', '-31'],
  ['+0o1_7', '15'],
  ['0_7', '7'],
  ['9_007_199_254_740_993', '9007199254740993'],
  ['1_0.50', '10.5'],
  ['1e5', '100000'],
  ['1e6', '1e+06'],
  ['123456789.0', '1.23456789e+08'],
  ['-0.00001', '-1e-05'],
  ['0.0001', '0.0001'],
  ['-0.0', '-0'],
  ['100000.0', '100000'],
  ['"1_000"', '1_000'],
  ['1_000_', '1000'],
  ['_1', '_1'],
  ['1_000.5.6', '1_000.5.6'],
  ['0b2', '0b2'],
] as const;

// Red without: `integer` or `float` in yaml.ts, `floatText` in number-text.ts.
for (const [written, text] of asInDocker)
  test(`a number becomes the text that it becomes in Docker Compose: ${written}`, (t) => {
    const { environment } = loadText(web(`environment: {A: ${written}}`)).project!.services.web!;
    t.is(environment.A, text);
  });

test('in an extension it stays a number with all of its digits', (t) => {
  const text = `${web('x-a: {list: [9007199254740993]}')}x-b: ${large}\n`;
  const { canonical } = loadText(text);
  for (const format of ['yaml', 'json'] as const) {
    const printed = printCanonical(canonical!, format);
    t.regex(printed, /[: ]9007199254740993\n/);
    t.regex(printed, new RegExp(`x-b"?: ${large}\\n`));
    t.deepEqual(loadText(printed, { projectDirectory: '/project' }).canonical, canonical);
  }
});

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Readonly<Record<string, unknown>>)[step], value);
}
