import { rootSteps } from '../../images/root/steps.ts';
import type { Section } from '../../kernel/program/program.ts';
import type { FoundImage } from '../../project/model/project.ts';
import { imageMount } from './image-places.ts';
import { rootOfImage } from './stored-root.ts';

/**
 * The steps that mount an image. They are no part of the Program of a container, because the containers of all projects
 * share the mount: only the first one finds it missing. Throws a Problem if the image is not in the store any more.
 */
export const mountSection = async (image: FoundImage, isRoot: boolean): Promise<Section> => ({
  title: isRoot
    ? 'Mount of the image, unless another container of it has made it'
    : `Mount of the image ${image.reference}, unless another container of it has made it`,
  steps: rootSteps(await rootOfImage(image), imageMount(image.layers).mountPoint),
});
