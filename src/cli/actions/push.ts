import type { Pushed } from '../../engine/doors/images/push-images.ts';
import type { CanonicalService } from '../../project/model/canonical.ts';
import type { PushOptions } from '../commands/push.ts';
import type { Invocation } from '../grammar/command.ts';
import { pulled } from '../report/pulled.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';
import { asWarning } from '../requests/fetched-images.ts';
import { servicesOfFiles } from '../selection/services-of-files.ts';

/** As in Docker Compose: services without a build got their images from a registry, and are skipped. */
export const push = async ({ context, options, operands }: Invocation<PushOptions>): Promise<number> => {
  const { quiet = false, includeDeps = false, ignorePushFailures = false } = options;
  const services = await servicesOfFiles(context, operands, includeDeps);
  const images = services.flatMap(([name, service]) => imagesOf(name, service));
  if (context.dryRun) {
    tellPlanned(
      context,
      'Pushed',
      called(
        'Image',
        images.map(({ reference }) => reference),
      ),
    );
    return 0;
  }
  const { pushImages } = await import('../../engine/doors/images/push-images.ts');
  const { environment } = context;
  const failed = await pulled(context, quiet, (onEvent, signal) => {
    for (const [name, service] of services)
      if (imagesOf(name, service).length === 0)
        onEvent({ kind: 'skipped', subject: name, because: 'Image is not built here' });
    return pushImages(images, { ...{ environment, onEvent, signal }, mayFail: () => ignorePushFailures });
  });
  context.messages.show([...failed.values()].flat().map(asWarning));
  return 0;
};

const imagesOf = (name: string, { image, build, platform }: CanonicalService): readonly Pushed[] => {
  if (!image || build === undefined) return [];
  const common = {
    from: `services.${name}.image`,
    ...(typeof platform === 'string' && platform !== '' && { platform }),
  };
  const { tags } = build;
  const names = [image, ...(Array.isArray(tags) ? tags : [])].filter((one) => typeof one === 'string');
  return names.map((reference) => ({ ...common, reference }));
};
