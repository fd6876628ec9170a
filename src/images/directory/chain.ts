import { createHash } from 'node:crypto';

/**
 * The chain IDs of layers, as the image specification of OCI computes them: each names a layer together with all layers
 * below it.
 * @param diffIds the lowest layer first
 */
export const chainIds = (diffIds: readonly string[]): readonly string[] => {
  const chains: string[] = [];
  for (const diffId of diffIds) {
    const below = chains.at(-1);
    const text = createHash('sha256').update(`${below} ${diffId}`);
    chains.push(below === undefined ? diffId : `sha256:${text.digest('hex')}`);
  }
  return chains;
};
