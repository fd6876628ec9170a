import type { Diagnostic } from '../../base/diagnostic.ts';
import { readCommandOfTest, readKindOfTest, timesOfCheck } from '../keys/service/healthcheck.ts';
import { partsToPublish } from '../keys/service/ports.ts';
import { readAttempts } from '../keys/service/restart.ts';
import type { CanonicalService } from '../model/canonical.ts';
import { readCapability } from '../scalars/capability.ts';
import type { Parsed } from '../scalars/flaw.ts';
import { readNamespace } from '../scalars/namespaces.ts';
import { readSecurityOption } from '../scalars/security-option.ts';
import { type Path, subjectOf } from '../tree/path.ts';
import { quote } from '../tree/wording.ts';
import { type Check, type Checked, error, select } from './checked.ts';

/** Values that a file may have, and nothing can be run with. */
export const valuesToRun: Check = (project) => [
  ...Object.entries(project.canonical.services).flatMap(([name, service]) =>
    Object.entries(texts).flatMap(([key, read]) =>
      textsAt(['services', name, key], service[key]).flatMap(([path, text]) =>
        refused(project, path, text, read),
      ),
    ),
  ),
  ...select(project.canonical, 'services.*.ports[]').flatMap(({ path, value }) =>
    Object.entries(partsToPublish).flatMap(([part, read]) =>
      value[part] === undefined ? [] : refused(project, [...path, part], String(value[part]), read),
    ),
  ),
  ...select(project.canonical, 'services.*.healthcheck').flatMap(({ path, value }) =>
    Object.entries(timesOfCheck).flatMap(([part, read]) =>
      value[part] === undefined ? [] : refused(project, [...path, part], String(value[part]), read),
    ),
  ),
  ...testsWith(readCommandOfTest)(project),
];

/** Keys with a text or a list of texts. */
const texts: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  uts: readNamespace('uts'),
  restart: readAttempts,
  cap_add: readCapability,
  cap_drop: readCapability,
  security_opt: readSecurityOption,
};

/** A text, or each text of a list, with its path. */
function textsAt(path: Path, value: unknown): (readonly [Path, string])[] {
  if (typeof value === 'string') return [[path, value]];
  return Array.isArray(value) ? value.map((item, index) => [[...path, index], String(item)] as const) : [];
}

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
  const message = `${quote(subjectOf(path))} must ${must}`;
  return [error('invalid-value', message, at(...path), { ...(label && { label }), ...(help && { help }) })];
}
