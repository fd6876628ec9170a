import type { Canonical } from '../../project/model/canonical.ts';
import type { Context } from '../command-context.ts';

/** The project with the images of its services by their digests, as their registries have them now. */
export async function pinnedProject(canonical: Canonical, { environment }: Context): Promise<Canonical> {
  const services = Object.entries(canonical.services);
  const images = services.flatMap(([name, { image }]) =>
    image ? [{ reference: image, from: `services.${name}.image` }] : [],
  );
  if (images.length === 0) return canonical;
  const { pinnedImages } = await import('../../engine/doors/images/pinned-images.ts');
  const pinned = await pinnedImages(images, environment);
  return {
    ...canonical,
    services: Object.fromEntries(
      services.map(([name, service]) => {
        const image = service.image && pinned.get(service.image);
        return [name, image ? { ...service, image } : service];
      }),
    ),
  };
}

/** The images of the services alone: a file that pins them when it is merged over the others. */
export function imagesOnly({ services }: Canonical): Canonical {
  const pinned = Object.entries(services).map(([name, { image }]) => [
    name,
    { command: null, entrypoint: null, ...(image !== undefined && { image }) },
  ]);
  return { services: Object.fromEntries(pinned) } as unknown as Canonical;
}
