import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { isNightly, patience } from '../patience.ts';
import { tscomposePath } from './harness/cli.ts';

type Case = {
  readonly name: string;
  readonly text: () => string | Uint8Array;
  readonly dotenv?: () => string | Uint8Array;
  /** What the first lines say, and where. */
  readonly says: RegExp;
};

const large = 10 * 2 ** 20;
const CIRCLE = isNightly ? 5000 : 1000;
const MERGES = isNightly ? 100_000 : 10_000;
const WRONG_LINES = isNightly ? 200_000 : 20_000;
const service = 'services: {a: {command: b}}\n';
const tooLarge = /^error\[unreadable-file\]: cannot read .*compose.yaml: it is larger than 8 MiB\nhelp: /;
const tooDeep =
  /^error\[yaml-syntax\]: the file is nested too deeply\n +--> compose.yaml:\d+:\d+\n[\s\S]*\nhelp: /;
const tooMany =
  /^error\[yaml-syntax\]: the aliases of this file expand to too many values\n +--> compose.yaml:\d+:\d+\n[\s\S]*\nhelp: /;

const cases: readonly Case[] = [
  { name: '10 MB of random bytes', text: () => randomFillSync(new Uint8Array(large)), says: tooLarge },
  { name: '10 MB of one line', text: () => 'x'.repeat(large), says: tooLarge },
  { name: '10 MB of keys', text: () => 'a: \n'.repeat(large / 4), says: tooLarge },
  { name: '10 MB of the wrong shape', text: () => '- {a: [1, 2]}\n'.repeat(large / 14), says: tooLarge },
  {
    name: 'a megabyte of random bytes',
    text: () => randomFillSync(new Uint8Array(2 ** 20)),
    says: /^error\[unreadable-file\]: cannot read .*: it is not UTF-8 text, see line \d+\nhelp: /,
  },
  {
    name: 'a line of eight megabytes',
    text: () => 'é'.repeat(4 * 2 ** 20 - 1),
    says: /^error\[invalid-type\]: a Compose file must be a mapping\n +--> compose.yaml:1:1\n.*\n.* é{50,}…\n/,
  },
  {
    name: 'a key of eight megabytes',
    text: () => `? ${'x'.repeat(8 * 2 ** 20 - 10)}\n: 1`,
    says: /^error\[unknown-key\]: .{1,500}\n +--> compose.yaml:1:3\n/,
  },
  {
    name: 'eight megabytes of keys',
    text: () => 'a: \n'.repeat(2 ** 21),
    says: /^error\[yaml-syntax\]: the file has too many values\n +--> compose.yaml:1:1\n[\s\S]*\nhelp: /,
  },
  {
    name: 'thousands of documents',
    text: () => `---\n${service}`.repeat(5000),
    says: /^error\[yaml-syntax\]: a file must not have more than 1000 documents\n +--> compose.yaml:2001:1\n/,
  },
  { name: '100,000 open brackets', text: () => `x-a: ${'['.repeat(100_000)}`, says: tooDeep },
  { name: '100,000 open braces', text: () => `x-a: ${'{'.repeat(100_000)}`, says: tooDeep },
  {
    name: '100,000 brackets',
    text: () => `x-a: ${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    says: tooDeep,
  },
  { name: '2,800 mappings in each other', text: () => nestedMappings(2800), says: tooDeep },
  { name: '101 mappings in each other', text: () => nestedMappings(101), says: tooDeep },
  {
    name: 'anchors that go deeper and deeper',
    text: () => lines(5000, (n) => `x-${n}: &a${n} [${n > 0 ? `*a${n - 1}` : 'x'}]`),
    says: tooDeep,
  },
  {
    name: 'a billion laughs',
    text: () => lines(12, (n) => `x-${n}: &a${n} [${Array(10).fill(n > 0 ? `*a${n - 1}` : 'ha')}]`),
    says: tooMany,
  },
  {
    name: `a mapping merged ${MERGES} times`,
    text: () =>
      `x-a: &a {${lines(10_000, (n) => ` k${n}: 1,`)} }\nx-b: {<<: [${Array(MERGES).fill('*a').join(', ')}]}`,
    says: tooMany,
  },
  {
    name: 'variables 100,000 deep',
    text: () => `services: {a: {command: ["${'${A:-'.repeat(100_000)}x${'}'.repeat(100_000)}"]}}`,
    says: /^error\[invalid-interpolation\]: invalid variable reference\n +--> compose.yaml:1:\d+\n[\s\S]*\nhelp: /,
  },
  {
    name: 'a variable that doubles itself',
    text: () => service,
    dotenv: () => `A=xxxxxxxx\n${'A=$A$A\n'.repeat(100)}`,
    says: /^error\[invalid-value\]: the interpolated text is too long\n +--> .env:19:3\n/,
  },
  {
    name: 'a long variable used often',
    text: () => `services: {a: {command: [${Array(1000).fill('$A')}]}}`,
    dotenv: () => `A=${'x'.repeat(500_000)}`,
    says: /^error\[invalid-interpolation\]: the interpolated text is too long\n +--> compose.yaml:1:\d+\n[\s\S]*\nhelp: /,
  },
  {
    name: 'a .env of 10 MB',
    text: () => service,
    dotenv: () => 'A=1\n'.repeat(large / 4),
    says: /^error\[unreadable-file\]: cannot read .*\.env: it is larger than 8 MiB\nhelp: /,
  },
  {
    name: 'a .env that is none',
    text: () => service,
    dotenv: () => 'not a line\n'.repeat(WRONG_LINES),
    says: /^error\[invalid-value\]: a line must be `KEY=value`\n +--> .env:1:1\n[\s\S]*\nnote: and 199?900 more errors like this one\n/,
  },
  {
    name: 'millions of ports',
    text: () =>
      `services: {a: {command: b, ports: [${Array(isNightly ? 1000 : 100).fill('"1-65535:1-65535"')}]}}`,
    says: /\nerror\[invalid-value\]: `ports` must not publish more than 100000 ports in all services together\n +--> compose.yaml:1:\d+\n/,
  },
  {
    name: `a circle of ${CIRCLE} services`,
    text: () =>
      `services:\n${lines(CIRCLE, (n) => `  s${n}: {command: a, depends_on: [s${(n + 1) % CIRCLE}]}`)}`,
    says: /^error\[dependency-cycle\]: services depend on each other in a circle: .{1,500}\n +--> compose.yaml:2:\d+\n/,
  },
];

for (const { name, text, dotenv, says } of cases)
  test.serial(`${name}: an error, soon and in little memory`, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'tscompose-hostile-'));
    t.teardown(() => rmSync(directory, { recursive: true, force: true }));
    writeFileSync(join(directory, 'compose.yaml'), text());
    if (dotenv) writeFileSync(join(directory, '.env'), dotenv());
    const { code, signal, errors } = await check(directory);
    t.deepEqual({ code, signal }, { code: 1, signal: null }, errors.slice(0, 1000));
    t.regex(errors, says);
  });

/** A process that may have 256 MB of objects, and far more time than it needs. */
async function check(directory: string) {
  const words = ['--max-old-space-size=256', '--', tscomposePath, 'config', '-q'];
  const child = spawn(process.execPath, words, {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000 * patience,
    killSignal: 'SIGKILL',
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...ended) => resolve(ended)),
  );
  return { code, signal, errors };
}

function nestedMappings(depth: number): string {
  return lines(depth, (n) => `${' '.repeat(n)}${n === 0 ? 'x-a' : 'a'}:`);
}

function lines(count: number, line: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => `${line(n)}\n`).join('');
}
