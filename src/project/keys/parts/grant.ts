import { orEmpty } from '../../scalars/flaw.ts';
import { readId } from '../../scalars/user.ts';
import { child, mappingAt, type Tree } from '../../tree/tree.ts';
import { list, mapping, mode, orShort, scalar, text } from '../kinds.ts';
import { asText, emptyList, type LongForm } from '../long-forms.ts';
import { textOf, uniqueBy } from '../merge-rules.ts';
import type { Use } from '../service-key.ts';
import type { Value } from '../value.ts';
import { withDefaults } from './with-defaults.ts';

/** Secrets or configs that a service is given: where and to whom; by default below `directory`. */
export function grants(kind: 'secret' | 'config', directory?: string): Value {
  const grant = mapping(
    kind,
    {
      source: { ...text(), description: `Name of the ${kind} under the top-level \`${kind}s\`.` },
      target: { ...text(), description: targets[kind] },
      uid: {
        ...scalar(orEmpty(readId)),
        longForm: asText,
        description: 'User that owns the file, 0 by default.',
      },
      gid: {
        ...scalar(orEmpty(readId)),
        longForm: asText,
        description: 'Group that owns the file, 0 by default.',
      },
      mode: { ...mode(), description: 'Permissions of the file in octal, `0444` by default.' },
    },
    ['source'],
  );
  return {
    ...list({ ...orShort(text(), grant), longForm: asGrant(directory), templateForm: asGrant(directory) }),
    longForm: emptyList,
    merge: uniqueBy(target(directory ?? (kind === 'config' ? '/' : ''))),
  };
}

/** The secrets or configs that a list of grants names. */
export function sourcesOf(
  of: 'secrets' | 'configs',
  all: readonly { readonly source: string }[],
  path: readonly string[],
): Use[] {
  return all.map(({ source }, index) => ({ of, name: source, path: [...path, index, 'source'] }));
}

/** Secrets and configs are the same where they are mounted, by default where their source says. */
function target(directory: string): (item: Tree) => string {
  return (item) => textOf(child(item, 'target')) || directory + textOf(child(item, 'source'));
}

/** The name alone is all that most say of it. */
function asGrant(directory: string | undefined): LongForm {
  return (tree) => {
    const grant = tree.kind === 'scalar' ? mappingAt({ source: String(tree.value) }, tree.span) : tree;
    if (grant.kind !== 'mapping' || directory === undefined) return grant;
    return withDefaults(grant, { target: directory + textOf(child(grant, 'source')) });
  };
}

const targets = {
  secret: 'Path of the file, relative to `/run/secrets`; by default the name of the secret.',
  config: 'Path of the file in the container; by default the name of the config, in the root.',
};
