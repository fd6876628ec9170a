import type { Diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/text/typo.ts';
import type { Use } from '../keys/service-key.ts';
import { usesOf } from '../keys/uses.ts';
import { didYou, quote } from '../tree/wording.ts';
import { type Check, type Checked, error, inactiveService } from './checked.ts';

/** Everything that a service names is declared; networks have a check of their own. */
export const unknownNames: Check = (project) =>
  Object.entries(project.canonical.services).flatMap(([service, keys]) =>
    usesOf(keys).flatMap((use) => (use.of === 'networks' ? [] : unknown(service, use, project))),
  );

function unknown(service: string, { of, name, path }: Use, project: Checked): Diagnostic[] {
  const known = Object.keys((project.canonical[of] ?? {}) as object);
  if (known.includes(name) || project.isBroken(of, name)) return [];
  if (of === 'services' && project.inactive.has(name))
    return [inactiveService(name, project.at('services', service, ...path), `${service} uses it`, project)];
  const near = didYouMean(name, known);
  const declare = of === 'services' ? undefined : `declare it under the top-level ${quote(of)}`;
  const help = near === undefined ? declare : didYou(near);
  const more = { label: `${service} uses it`, ...(help !== undefined && { help }) };
  const word = of.replace(/s$/, '');
  const code = `unknown-${word}` as Diagnostic['code'];
  return [error(code, `there is no ${word} ${quote(name)}`, project.at('services', service, ...path), more)];
}
