import { projectPaths } from '../supervisor/project-paths.ts';
import { entriesIfThere } from '../supervisor/read-if-there.ts';
import { readRecord } from '../supervisor/record/read.ts';

export type ImageUse = { readonly project: string; readonly service: string; readonly container: string };

export type ImageUsers = {
  /** Containers by each digest that their record mentions, in its 64 digits; stopped ones included. */
  readonly uses: ReadonlyMap<string, readonly ImageUse[]>;
  /** Projects whose records cannot be read: their containers may use any image. */
  readonly unknown: readonly string[];
};

/**
 * The containers that use images, from the records of all projects. A digest counts wherever it is in the record of a
 * container: an image, its configuration, a layer, or the root that is made of them.
 */
export const imageUsers = (stateDirectory: string): ImageUsers => {
  const uses = new Map<string, ImageUse[]>();
  const unknown: string[] = [];
  for (const project of entriesIfThere(stateDirectory).filter((name) => !name.startsWith('.'))) {
    const reading = readRecord(projectPaths(project, { TSCOMPOSE_STATE_DIR: stateDirectory }));
    if (reading.found === 'damage') unknown.push(project);
    if (!('record' in reading)) continue;
    for (const container of Object.values(reading.record.containers)) {
      const use = { project, service: container.service, container: container.name };
      for (const digest of new Set(JSON.stringify(container).match(DIGEST)))
        uses.set(digest, [...(uses.get(digest) ?? []), use]);
    }
  }
  return { uses, unknown };
};

const DIGEST = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
