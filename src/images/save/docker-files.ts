import { referenceText } from '../../base/images/reference.ts';
import { hexOf, type Store } from '../store/store.ts';
import { type NewFile, smallFile } from './new-file.ts';
import { configOf, layerFile, type SavedImage } from './saved-image.ts';

/** Images as `docker save` writes them: `manifest.json` names a configuration and plain layers by their paths. */
export const dockerFiles = (store: Store, images: readonly SavedImage[]): readonly NewFile[] => {
  const files = new Map<string, NewFile>();
  const entries = images.map(({ image, names }) => {
    const config = smallFile(`${hexOf(image.id)}.json`, configOf(store, image));
    const layers = image.layers.map((diffId) => layerFile(store, diffId, `${hexOf(diffId)}.tar`));
    for (const file of [config, ...layers]) files.set(file.path, file);
    return {
      Config: config.path,
      RepoTags: names.length === 0 ? null : names.map(referenceText),
      Layers: layers.map(({ path }) => path),
    };
  });
  return [smallFile('manifest.json', JSON.stringify(entries)), ...files.values()];
};
