import { posix } from 'node:path';
import { flaw } from '../../scalars/flaw.ts';
import type { Tree } from '../../tree/tree.ts';
import { text } from '../kinds.ts';
import { absolute, type LongFormContext, mapScalar } from '../long-forms.ts';
import type { Value } from '../value.ts';

/** A directory, or `host`. */
export const rootfs: Value = {
  ...text((value) => (value === '' ? flaw('be a directory or `host`') : { value })),
  longForm: asRootfs,
};

function asRootfs(tree: Tree, context: LongFormContext): Tree {
  return mapScalar(tree, (value) =>
    value === 'host' ? value : posix.normalize(absolute(String(value), context)),
  );
}
