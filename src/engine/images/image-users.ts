import { rootId } from '../../images/store/stored-image.ts';
import { foundImagesOf } from '../../project/model/images-of.ts';
import { everyProject } from '../directories/every-project.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { readRecord } from '../record/read.ts';

export type ImageUse = { readonly project: string; readonly service: string; readonly container: string };

export type ImageUsers = {
  /** Containers by each digest that their record mentions, in its 64 digits; stopped ones included. */
  readonly uses: ReadonlyMap<string, readonly ImageUse[]>;
  /** Projects whose records cannot be read: their containers may use any image. */
  readonly unknown: readonly string[];
};

/**
 * The containers that use images, from the records of all projects. A digest counts wherever it is in the record of a
 * container: an image, its configuration, a layer. So do the roots that are made of the layers, of which no record speaks.
 */
export const imageUsers = (stateDirectory: string): ImageUsers => {
  const uses = new Map<string, ImageUse[]>();
  const unknown: string[] = [];
  for (const paths of everyProject(stateDirectory)) {
    const { project } = paths;
    const reading = readRecord(paths);
    if (reading.found === 'damage') unknown.push(project);
    if (!('record' in reading)) continue;
    for (const container of Object.values(reading.record.containers)) {
      const use = { project, service: container.service, container: container.name };
      for (const digest of digestsOf(container)) uses.set(digest, [...(uses.get(digest) ?? []), use]);
    }
  }
  return { uses, unknown };
};

const digestsOf = (container: ContainerRecord): ReadonlySet<string> => {
  const roots = foundImagesOf(container.definition).map(({ layers }) => rootId(layers));
  return new Set([...(JSON.stringify(container).match(DIGEST) ?? []), ...roots]);
};

const DIGEST = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
