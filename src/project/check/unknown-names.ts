import type { Diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/typo.ts';
import { relationsOf } from '../combine/relations.ts';
import type { Canonical, CanonicalService } from '../model/canonical.ts';
import type { Path } from '../tree/path.ts';
import { type Check, type Checked, error, inactiveService } from './checked.ts';
import { didYou, quote } from './wording.ts';

type Use = { readonly name: string; readonly path: Path };

/** What a service may name, where it is declared, and where in a service it is named. */
type Kind = {
  readonly word: 'volume' | 'secret' | 'config' | 'model' | 'service';
  readonly declared: string;
  readonly code: Diagnostic['code'];
  readonly uses: (service: CanonicalService) => readonly Use[];
};

export const kindsOfReferences: readonly Kind[] = [
  { word: 'volume', declared: 'volumes', code: 'unknown-volume', uses: namedVolumes },
  {
    word: 'secret',
    declared: 'secrets',
    code: 'unknown-secret',
    uses: ({ secrets, build }) => [
      ...sourcesOf(secrets, ['secrets']),
      ...sourcesOf(build?.secrets, ['build', 'secrets']),
    ],
  },
  {
    word: 'config',
    declared: 'configs',
    code: 'unknown-config',
    uses: ({ configs }) => sourcesOf(configs, ['configs']),
  },
  {
    word: 'model',
    declared: 'models',
    code: 'unknown-model',
    uses: ({ models }) => Object.keys(models ?? {}).map((name) => ({ name, path: ['models', name] })),
  },
  { word: 'service', declared: 'services', code: 'unknown-service', uses: relationsOf },
];

/** Everything that a service names is declared. */
export const references: Check = (project) =>
  Object.entries(project.canonical.services).flatMap(([service, keys]) =>
    kindsOfReferences.flatMap((kind) =>
      kind.uses(keys).flatMap((use) => unknown(kind, service, use, project)),
    ),
  );

function unknown({ word, declared, code }: Kind, service: string, { name, path }: Use, project: Checked) {
  const known = namesOf(project.canonical, declared);
  if (known.includes(name) || project.isBroken(declared, name)) return [];
  if (word === 'service' && project.inactive.has(name))
    return [inactiveService(name, project.at('services', service, ...path), `${service} uses it`, project)];
  const near = didYouMean(name, known);
  const declare = word === 'service' ? undefined : `declare it under the top-level ${quote(declared)}`;
  const help = near === undefined ? declare : didYou(near);
  const more = { label: `${service} uses it`, ...(help !== undefined && { help }) };
  return [error(code, `there is no ${word} ${quote(name)}`, project.at('services', service, ...path), more)];
}

function namesOf(canonical: Canonical, declared: string): string[] {
  return Object.keys((canonical[declared] ?? {}) as object);
}

function namedVolumes({ volumes = [] }: CanonicalService): Use[] {
  return volumes.flatMap(({ type, source }, index) =>
    type === 'volume' && source ? [{ name: source, path: ['volumes', index, 'source'] }] : [],
  );
}

function sourcesOf(grants: readonly { readonly source: string }[] = [], path: Path): Use[] {
  return grants.map(({ source }, index) => ({ name: source, path: [...path, index, 'source'] }));
}
