import type { Diagnostic } from '../../base/diagnostic.ts';
import { readCommandOfTest, readKindOfTest } from '../keys/service/healthcheck.ts';
import { readAttempts } from '../keys/service/restart.ts';
import type { CanonicalService } from '../model/canonical.ts';
import type { Parsed } from '../scalars/flaw.ts';
import { readNamespace } from '../scalars/namespaces.ts';
import type { Path } from '../tree/path.ts';
import { quote } from '../tree/wording.ts';
import { type Check, type Checked, error } from './checked.ts';

/** Values that a file may have, and nothing can be run with. */
export const valuesToRun: Check = (project) => [
  ...Object.entries(project.canonical.services).flatMap(([name, service]) =>
    Object.entries(texts).flatMap(([key, read]) => {
      const value = service[key];
      return typeof value === 'string' ? refused(project, ['services', name, key], value, read) : [];
    }),
  ),
  ...testsWith(readCommandOfTest)(project),
];

const texts: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  uts: readNamespace('uts'),
  restart: readAttempts,
};

/** The first word of a health check's test says how to run the others. */
export const healthTests: Check = (project) => testsWith(readKindOfTest)(project);

function testsWith(read: (words: readonly string[]) => Parsed<unknown>): Check {
  return (project) =>
    Object.entries(project.canonical.services).flatMap(([name, { healthcheck }]) =>
      refused(project, ['services', name, 'healthcheck', 'test'], testOf(healthcheck), read),
    );
}

function testOf(healthcheck: CanonicalService['healthcheck']): readonly string[] {
  const { test } = (healthcheck ?? {}) as { readonly test?: unknown };
  return Array.isArray(test) ? test.map(String) : [];
}

function refused<T>(
  { at, isBroken }: Checked,
  path: Path,
  value: T,
  read: (value: T) => Parsed<unknown>,
): Diagnostic[] {
  if (isBroken(...path)) return [];
  const parsed = read(value);
  if (!('flaw' in parsed)) return [];
  const { must, label, help } = parsed.flaw;
  const message = `${quote(String(path.at(-1)))} must ${must}`;
  return [error('invalid-value', message, at(...path), { ...(label && { label }), ...(help && { help }) })];
}
