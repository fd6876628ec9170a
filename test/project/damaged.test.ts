import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse, stringify } from 'yaml';
import { printCanonical } from '../../src/project/print.ts';
import { isNightly } from '../patience.ts';
import { loadText } from './support.ts';

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

const whole: Json = parse(readFileSync(new URL('./every-key.yaml', import.meta.url), 'utf8'));

const junk: readonly Json[] = [
  ...[null, '', 'x', 0, -1, 1.5, 1e300, true, false, [], {}],
  ...[['a'], [null], [1], [{}], [[]], { a: null }, { a: 1 }, { a: [] }, { a: {} }],
  ...['a:b:c:d', '::', '[', '/../..', 'service:', 'service:web', '-5', '99999999999999999999', 'NaN', '0x10'],
  ...['yes', 'x\ny', 'constructor', '/t:constructor', { constructor: 1 }, { hasOwnProperty: [1] }],
];

for (const seed of [1, 2, 3])
  test(`a damaged file is loaded or refused, and what is loaded prints into itself (${seed})`, (t) => {
    const next = random(seed);
    const places = pathsOf(whole);
    for (let round = 0; round < (isNightly ? 80 : 12); round++) {
      const path = places[next(places.length)]!;
      const value = junk[next(junk.length)]!;
      const file = stringify(replaced(whole, path, value));
      const about = `${path.join('.')} = ${JSON.stringify(value)}`;
      const { canonical } = loadText(file, { toRun: false });
      if (!canonical) continue;
      const printed = printCanonical(canonical, 'yaml');
      const again = loadText(printed, { cwd: '/elsewhere', projectDirectory: '/project', toRun: false });
      t.deepEqual(again.canonical, canonical, about);
    }
    t.pass();
  });

/** Whole numbers below a limit, the same ones for the same seed. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % limit;
  };
}

type Path = readonly (string | number)[];

function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: Json, [step, ...rest]: Path, by: Json): Json {
  if (step === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (index === Number(step) ? replaced(item, rest, by) : item));
  const mapping = value as { [key: string]: Json };
  return { ...mapping, [step]: replaced(mapping[step]!, rest, by) };
}
