import test, { type ExecutionContext } from 'ava';
import { compile } from '../../../src/container/compile.ts';
import type { Container } from '../../../src/container/facts.ts';
import { buildArena } from '../../../src/kernel/arena/build.ts';
import { ARENA_ADDRESS, FIRST_ROW, ROW_BYTES } from '../../../src/kernel/arena/layout.ts';
import { type Ref, type Step, stepsOf } from '../../../src/kernel/program/program.ts';
import { SYSCALLS } from '../../../src/kernel/program/syscalls.ts';
import { container } from '../../container/samples.ts';

const BORN: readonly Ref[] = [
  '$stdin',
  '$host.null',
  '$host.null',
  '$arena',
  '$sync',
  '$status',
  '$rules',
  '$names',
  '$etc',
  '$host.init',
  '$devpts',
];

const stepsFor = (described: Container): readonly Step[] =>
  stepsOf(compile(described)).filter(({ on }) => on === 'container');

/** What the kernel would be told by each row: words as they are, pointers as what they lead to. */
const toldBy = (bytes: Buffer, steps: readonly Step[]): readonly (readonly unknown[])[] =>
  steps.map((step, index) => {
    const row = FIRST_ROW + index * ROW_BYTES;
    const word = (number: number): bigint => bytes.readBigInt64LE(row + 8 * number);
    const kinds = step.call === 'spawn' ? [] : SYSCALLS[step.call].params;
    const told = kinds.map((kind, argument) => {
      const at = Number(word(argument + 1)) - ARENA_ADDRESS;
      if (at < FIRST_ROW + steps.length * ROW_BYTES || at >= bytes.length) return word(argument + 1);
      if (kind === 'strings') return textsAt(bytes, at);
      if (kind === 'iovec') return partsAt(bytes, at, Number(word(argument + 2)), steps.length);
      if (kinds[argument + 1] === 'length') return bytes.toString('hex', at, at + Number(word(argument + 2)));
      const size = SIZES[kind];
      return size === undefined ? textAt(bytes, at) : bytes.toString('hex', at, at + size);
    });
    return [step.call, ...told, ...[0, 7, 8, 9, 10].map(word)];
  });

/** Structs without a length of their own, in bytes. */
const SIZES: Readonly<Record<string, number>> = {
  capability_header: 8,
  capability_data: 24,
  rlimit: 16,
  sigaction: 32,
  sigset: 8,
  gids: 4,
};

const textAt = (bytes: Buffer, at: number): string => bytes.toString('utf8', at, bytes.indexOf(0, at));

const textsAt = (bytes: Buffer, at: number): readonly string[] => {
  const address = Number(bytes.readBigInt64LE(at)) - ARENA_ADDRESS;
  return address < 0 ? [] : [textAt(bytes, address), ...textsAt(bytes, at + 8)];
};

/** Lengths, and the places of those parts that are arguments of later rows. */
const partsAt = (bytes: Buffer, at: number, count: number, rows: number): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, part) => {
    const [address, length] = [0, 8].map((offset) => Number(bytes.readBigInt64LE(at + 16 * part + offset)));
    return address! - ARENA_ADDRESS < FIRST_ROW + rows * ROW_BYTES ? [length!, address!] : [length!];
  });

/** An arena into which nothing of an earlier one can have come: the one before it had other rows. */
const anew = (steps: readonly Step[]) => {
  buildArena(steps.slice(0, 1), BORN, 'x64');
  return toldBy(buildArena(steps, BORN, 'x64').bytes, steps);
};

const tellsTheSame = (t: ExecutionContext, before: Container, after: Container): void => {
  const steps = stepsFor(after);
  const expected = anew(steps);
  buildArena(stepsFor(before), BORN, 'x64');
  t.deepEqual(toldBy(buildArena(steps, BORN, 'x64').bytes, steps), expected);
};

const services: Readonly<Record<string, () => Container>> = {
  'a short name': () => named('a'),
  'a name of usual length': () => named('frontend'),
  'a name that needs much more room': () => named('f'.repeat(60)),
  'another command': () => container({ command: ['/bin/other', '--with', 'words'] }),
  'a command that is looked for': () => container({ command: ['server'] }),
  'another that is looked for': () => container({ command: ['worker'], environment: { LEVEL: 'high' } }),
  'a large environment': () => container({ environment: { LARGE: 'x'.repeat(20_000) } }),
  'no environment': () => container({ environment: {} }),
  'an init': () => container({ init: true }),
  'a terminal': () => container({ tty: true }, { stdio: 'terminal' }),
  'another user': () => container({ user: '1000:1000', capDrop: ['CAP_CHOWN'] }),
  'a read-only root': () => container({ readOnly: true }),
};

const named = (name: string): Container => {
  const described = container({ hostname: name });
  const { run, layer } = described.places;
  return {
    ...described,
    name,
    places: {
      ...described.places,
      run: `${run}/${name}`,
      layer: `${layer}/${name}`,
      cgroup: `tscompose/app/${name}`,
    },
  };
};

for (const [before, first] of Object.entries(services))
  for (const [after, second] of Object.entries(services))
    test(`the arena of ${after} is the same behind that of ${before}`, (t) => {
      tellsTheSame(t, first(), second());
    });

test('the arena of a container of the same kind goes where that of the one before it was', (t) => {
  const first = stepsFor(named('web'));
  const bytes = buildArena(first, BORN, 'x64').bytes.length;
  t.is(buildArena(stepsFor(named('worker')), BORN, 'x64').bytes.length, bytes);
});

test('nothing of a longer text is left behind a shorter one', (t) => {
  buildArena(stepsFor(named('secretive')), BORN, 'x64');
  const { bytes } = buildArena(stepsFor(named('web')), BORN, 'x64');
  t.false(bytes.includes('tive'));
});

test('a large environment is written over one like it', (t) => {
  const first = stepsFor(services['a large environment']!());
  const bytes = buildArena(first, BORN, 'x64').bytes.length;
  t.is(buildArena(stepsFor(services['a large environment']!()), BORN, 'x64').bytes.length, bytes);
});

test('an arena that would be mostly empty is rebuilt', (t) => {
  buildArena(stepsFor(services['a large environment']!()), BORN, 'x64');
  t.true(buildArena(stepsFor(services['no environment']!()), BORN, 'x64').bytes.length < 48_000);
});
