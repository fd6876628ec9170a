import type { Inputs } from '../read/inputs.ts';
import type { Tree } from '../tree/tree.ts';
import { assemble } from './assemble.ts';
import { withoutResets } from './merge.ts';

/** The files as one; undefined if none of them could be parsed. */
export function assembled({ documents, directory, environment, reading }: Inputs): Tree | undefined {
  const tree = assemble(documents, { directory, environment, including: [] }, reading);
  return tree && withoutResets(tree, reading);
}
