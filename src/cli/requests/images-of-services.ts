import type { ServiceImage } from '../../project/outline.ts';
import type { Context } from '../command-context.ts';
import { findTarget, type Target } from '../selection/target.ts';
import { findClient } from './connection.ts';

/** `all` images of the services, or only those that have the name which a build gives them. */
export type WhichImages = 'all' | 'local';

export type ImagesOfServices = { readonly project: string; readonly names: readonly string[] };

/** The images that the files name for services, all if none are given; without files, those of the containers. */
export async function imagesOfServices(
  context: Context,
  which: WhichImages,
  services: readonly string[],
): Promise<ImagesOfServices> {
  const target = await findTarget(context);
  const images = target.images ?? (await imagesOfContainers(context, target));
  const names = images
    .filter(({ service }) => services.length === 0 || services.includes(service))
    .filter(({ isNamedByBuild }) => which === 'all' || isNamedByBuild)
    .map(({ name }) => name);
  return { project: target.name, names };
}

async function imagesOfContainers(context: Context, target: Target): Promise<readonly ServiceImage[]> {
  const client = await findClient(context, target);
  const containers = (await client?.containers(true)) ?? [];
  return containers.map(({ Service, Image }) => ({
    service: Service,
    name: Image,
    isNamedByBuild: Image === `${target.name}-${Service}`,
  }));
}

/** Removes images whose containers are gone, and says of each what became of it, as Docker Compose does. */
export async function removeImagesOfServices(
  { dryRun, messages }: Context,
  { project, names }: ImagesOfServices,
): Promise<void> {
  if (names.length === 0) return;
  const { removeNamedImages } = await import('../../engine/doors/images/remove-named-images.ts');
  for (const { name, is } of await removeNamedImages(names, { project, dryRun }))
    messages.say(
      `${dryRun ? 'DRY-RUN MODE - ' : ''}Image ${name} ${is === 'removed' ? 'Removed' : 'Resource is still in use'}`,
    );
}
