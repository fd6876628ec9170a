import type { Diagnostic } from '../../../base/diagnostic.ts';
import { storeIn } from '../../../images/store/store.ts';
import { type Fault, verifyImage } from '../../../images/store/verify.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { faulty } from '../../images/refusals.ts';
import { listImages, lookUpImage } from './list-images.ts';

/**
 * Compares images with their digests, the bytes that containers run from included; all images if none are named.
 * @returns a problem for each image that is damaged
 */
export const verifyImages = async (
  texts: readonly string[],
  onVerified: (name: string, isWhole: boolean) => void,
): Promise<readonly Diagnostic[]> => {
  const store = storeIn(stateDirectory());
  const checked = new Map<string, Fault | undefined>();
  const problems: Diagnostic[] = [];
  const found = texts.length > 0 ? texts.map(lookUpImage) : listImages();
  for (const image of found) {
    if ('severity' in image) {
      problems.push(image);
      continue;
    }
    const name = image.names[0] ?? image.id;
    const faults = await verifyImage(store, image.digest, checked);
    if (faults.length > 0) problems.push(faulty(name, faults));
    onVerified(name, faults.length === 0);
  }
  return problems;
};
