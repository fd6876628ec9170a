import type { CanonicalBuild } from '../../model/canonical.ts';
import { isNull, mappingAt, type Tree, withEntries } from '../../tree/tree.ts';
import { buildKeys } from '../build-keys.ts';
import { mapping, orNothing, orShort, text } from '../kinds.ts';
import type { LongFormContext } from '../long-forms.ts';
import { asContext } from '../parts/build-context.ts';
import { sourcesOf } from '../parts/grant.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<CanonicalBuild> = {
  ...orNothing(orShort(text(), mapping('build', buildKeys))),
  longForm: asBuild,
  templateForm: asBuild,
  description: 'Build of an image; nothing is built here: the files come from `image` or `rootfs`.',
  uses: ({ secrets = [] }) => sourcesOf('secrets', secrets, ['build', 'secrets']),
};

/** A directory alone is the context of a build. */
function asBuild(tree: Tree, context: LongFormContext): Tree {
  if (tree.kind === 'sequence' || isNull(tree)) return tree;
  const build = tree.kind === 'scalar' ? mappingAt({ context: tree }, tree.span) : tree;
  const given = build.entries.get('context');
  return withEntries(build, { context: given && { ...given, value: asContext(given.value, context) } });
}
