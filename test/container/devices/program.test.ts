import test from 'ava';
import * as fc from 'fast-check';
import { DEFAULT_DEVICE_RULES } from '../../../src/container/defaults.ts';
import { deviceProgram } from '../../../src/container/devices/program.ts';
import { rulesOf } from '../../../src/container/devices/rules.ts';
import type { OciDeviceRule } from '../../../src/container/oci.ts';
import { samples } from '../../patience.ts';

type Query = {
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  readonly access: string;
};

const TYPES = { b: 1, c: 2 };
const ACCESSES: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };

/** Runs the instructions that these programs have, as the kernel does. */
const run = (bytes: Uint8Array, { type, major, minor, access }: Query): number => {
  const code = Buffer.from(bytes);
  const bits = [...access].reduce((sum, letter) => sum | ACCESSES[letter]!, 0);
  const context = [((bits << 16) | TYPES[type]) >>> 0, major, minor];
  const registers = [0, -1, 0, 0, 0, 0, 0];
  for (let at = 0; at < code.length; at += 8) {
    const [opcode, names] = [code.readUInt8(at), code.readUInt8(at + 1)];
    const [to, from] = [names & 15, names >> 4];
    const [offset, constant] = [code.readInt16LE(at + 2), code.readUInt32LE(at + 4)];
    if (opcode === 0x61) registers[to] = context[offset / 4]!;
    else if (opcode === 0xbf) registers[to] = registers[from]!;
    else if (opcode === 0xb7) registers[to] = constant;
    else if (opcode === 0x54) registers[to] = (registers[to]! & constant) >>> 0;
    else if (opcode === 0x74) registers[to] = registers[to]! >>> constant;
    else if (opcode === 0x16) at += registers[to] === constant ? offset * 8 : 0;
    else if (opcode === 0x56) at += registers[to] === constant ? 0 : offset * 8;
    else if (opcode === 0x95) return registers[0]!;
    else throw new Error(`opcode ${opcode.toString(16)}`);
  }
  throw new Error('the program has no end');
};

const isAllowed = (list: readonly OciDeviceRule[], query: Query): boolean =>
  run(deviceProgram(rulesOf(list)).bytes, query) === 1;

const query = (text: string): Query => {
  const [, type, major, minor, access] = /^([bc]) (\d+):(\d+) (\w+)$/.exec(text)!;
  return { type: type as Query['type'], major: Number(major), minor: Number(minor), access: access! };
};

const byDefault: readonly (readonly [access: string, isAllowed: boolean])[] = [
  ...[
    'c 1:3 rw',
    'c 1:5 r',
    'c 1:7 w',
    'c 1:8 rw',
    'c 1:9 r',
    'c 5:0 rw',
    'c 5:2 rw',
    'c 136:0 rw',
    'c 136:1048575 r',
  ].map((text) => [text, true] as const),
  ...['c 0:0 m', 'c 4095:1048575 m', 'b 8:0 m', 'c 10:200 m'].map((text) => [text, true] as const),
  ...[
    'b 8:0 r',
    'b 259:0 rw',
    'b 1:3 r',
    'c 1:1 r',
    'c 1:2 rw',
    'c 1:4 rw',
    'c 1:11 r',
    'c 4:1 w',
    'c 5:1 w',
  ].map((text) => [text, false] as const),
  ...['c 10:200 r', 'c 10:229 r', 'c 10:232 w', 'c 10:237 r', 'c 137:0 r', 'c 8:0 rm'].map(
    (text) => [text, false] as const,
  ),
];

for (const [text, expected] of byDefault)
  test(`by default ${text} is ${expected ? 'allowed' : 'refused'}`, (t) => {
    t.is(isAllowed(DEFAULT_DEVICE_RULES, query(text)), expected);
  });

const number = fc.constantFrom(0, 1, 2, 2 ** 31, 2 ** 32 - 1);
const access = fc.subarray(['r', 'w', 'm'], { minLength: 1 }).map((letters) => letters.join(''));
const rule: fc.Arbitrary<OciDeviceRule> = fc
  .record({
    allow: fc.boolean(),
    type: fc.constantFrom<OciDeviceRule['type']>('c', 'c', 'b', 'a'),
    major: fc.option(number, { nil: undefined }),
    minor: fc.option(number, { nil: undefined }),
    access,
  })
  .map(({ allow, type, major, minor, access }) => ({
    allow,
    type,
    ...(major === undefined ? {} : { major }),
    ...(minor === undefined ? {} : { minor }),
    access,
  }));

/** Documentation/admin-guide/cgroup-v1/devices.rst, read rule by rule for one access. */
const read = (list: readonly OciDeviceRule[], { type, major, minor, access }: Query): boolean => {
  const last = list.findLastIndex((one) => one.type === 'a');
  const allowsAll = last < 0 || list[last]!.allow;
  const names = new Set<string>();
  const later = list.slice(last + 1).filter((one) => one.type === type);
  for (const one of later) names.add(`${one.major}:${one.minor}`);
  const applying = [...names]
    .map((name) => later.filter((one) => `${one.major}:${one.minor}` === name))
    .filter(([one]) => (one!.major ?? major) === major && (one!.minor ?? minor) === minor)
    .map((rules) => (letter: string): boolean => {
      const said = rules.findLast((one) => one.access.includes(letter))?.allow;
      return said !== undefined && said !== allowsAll;
    });
  const letters = [...access];
  if (allowsAll) return !applying.some((holds) => letters.some(holds));
  return applying.some((holds) => letters.every(holds));
};

test('a program decides as the rules read, one after the other', (t) => {
  const asked = fc.record({
    type: fc.constantFrom('c' as const, 'b' as const),
    major: number,
    minor: number,
    access,
  });
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 6 }),
      asked,
      (list, one) => isAllowed(list, one) === read(list, one),
    ),
    { numRuns: samples(3000) },
  );
  t.pass();
});

test('the program says its rules, and has room for its instructions', (t) => {
  const { bytes, text } = deviceProgram(rulesOf(DEFAULT_DEVICE_RULES));
  t.regex(text, /^deny all, allow c \*:\* m, b \*:\* m, c 1:3 rwm, .*, c 136:\* rwm, c 5:2 rwm$/);
  t.is(bytes.length % 8, 0);
  t.true(bytes.length / 8 < 100);
});
