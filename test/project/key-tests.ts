import test from 'ava';
import type { Loaded } from '../../src/project/load.ts';
import type { Canonical } from '../../src/project/model/canonical.ts';
import { printCanonical } from '../../src/project/print.ts';
import { findings, loadText, web } from './support.ts';

type KeyCases = {
  /** Ways to write the value, each with its canonical form. */
  readonly forms: readonly (readonly [written: string, canonical: unknown])[];
  /** Values that are wrong, with every error: code, place and what the caret marks. */
  readonly faults?: readonly (readonly [written: string, ...errors: string[]])[];
  /** What the file has besides the service. */
  readonly beside?: string;
};

/** Tests a key of a service: what is written on line 4, what becomes of it, and that it prints into the same. */
export function testServiceKey(key: string, cases: KeyCases): void {
  const file = (written: string) => `${web(`${key}: ${written}`)}${cases.beside ?? ''}`;
  testKey(key, cases, file, ({ services }) => services.web![key]);
}

/** Tests an entry `it` of a top-level key, which is written on line 5. */
export function testTopLevelKey(key: string, cases: KeyCases): void {
  const file = (written: string) => `${web('tty: true')}${key}: {it: ${written}}\n${cases.beside ?? ''}`;
  testKey(key, cases, file, (canonical) => (canonical[key] as Readonly<Record<string, unknown>>).it);
}

function testKey(
  key: string,
  { forms, faults = [] }: KeyCases,
  file: (written: string) => string,
  valueIn: (canonical: Canonical) => unknown,
): void {
  for (const [written, expected] of forms)
    test(`${key}: ${written}`, (t) => {
      const loaded = loadText(file(written), { toRun: false });
      t.deepEqual(errorsOf(loaded), []);
      t.deepEqual(valueIn(loaded.canonical!), expected);
      for (const format of ['yaml', 'json'] as const) {
        const printed = printCanonical(loaded.canonical!, format);
        const again = loadText(printed, { cwd: '/elsewhere', projectDirectory: '/project', toRun: false });
        t.deepEqual(again.canonical, loaded.canonical, 'what is printed loads back to the same');
      }
    });
  for (const [written, ...errors] of faults)
    test(`${key} is not: ${written}`, (t) => {
      t.deepEqual(errorsOf(loadText(file(written), { toRun: false })), errors);
    });
}

/** `invalid-value 4:9 much`, without the warnings. */
function errorsOf(loaded: Loaded): string[] {
  const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
  return findings(errors, loaded).map((finding) => finding.replace('error ', ''));
}
