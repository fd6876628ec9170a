import { documentTrees } from '../read/document-tree.ts';
import type { Reading, SourceDocument } from '../read/documents.ts';
import type { Tree } from '../tree/tree.ts';
import { extendableFiles } from './extendable.ts';
import { withExtended } from './extends.ts';
import { type Surroundings, withIncluded } from './include.ts';
import { longForm, mergedForm } from './long-form.ts';
import { merge } from './merge.ts';

/** Merges the documents of one model, each with its includes and extended services. */
export function assemble(
  documents: readonly SourceDocument[],
  surroundings: Surroundings,
  reading: Reading,
): Tree | undefined {
  const treeOf = documentTrees(surroundings.environment, reading);
  const elsewhere = extendableFiles(surroundings.environment, reading);
  const files = documents.flatMap((document) => {
    reading.variables.set(document.source.file, surroundings.environment.variables);
    const tree = treeOf(document);
    return tree ? [{ tree, source: document.source }] : [];
  });
  return files.reduce<Tree | undefined>((below, { tree, source }) => {
    const own = longForm(tree, surroundings, reading);
    const whole = withIncluded(
      own,
      { ...surroundings, including: [...surroundings.including, source.file] },
      reading,
      assemble,
    );
    const extended = withExtended(whole, { below, elsewhere, reading });
    return mergedForm(below ? merge(below, extended, reading) : extended, surroundings, reading);
  }, undefined);
}
