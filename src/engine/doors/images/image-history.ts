import { statSync } from 'node:fs';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { ImageHistory } from '../../../images/model/config.ts';
import { storeIn } from '../../../images/store/store.ts';
import type { StoredImage } from '../../../images/store/stored-image.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { lookUpImage } from './list-images.ts';

export type HistoryLine = ImageHistory & {
  /** Bytes of its layer. */
  readonly size: number;
};

/** The instructions that made an image, the newest first. */
export const imageHistory = (text: string): readonly HistoryLine[] | Diagnostic => {
  const image = lookUpImage(text);
  if ('severity' in image) return image;
  const sizes = layerSizes(image).map(({ bytes }) => bytes);
  const made = image.config.history;
  // An image without a history has layers all the same.
  const lines = made.length > 0 ? made : sizes.map(() => ({ isEmpty: false }));
  let next = 0;
  return lines.map((line) => ({ ...line, size: line.isEmpty ? 0 : (sizes[next++] ?? 0) })).toReversed();
};

/** Of the layers of an image, from the bottom up; 0 for one that is missing. */
export const layerSizes = ({
  layers,
}: Pick<StoredImage, 'layers'>): readonly { readonly layer: string; readonly bytes: number }[] => {
  const store = storeIn(stateDirectory());
  const bytesOf = (layer: string): number => statSync(store.tar(layer), { throwIfNoEntry: false })?.size ?? 0;
  return layers.map((layer) => ({ layer, bytes: bytesOf(layer) }));
};
