import type { Wish } from '../../engine/doors/images/pull-images.ts';
import type { CanonicalService } from '../../project/model/canonical.ts';
import { parsedValue } from '../../project/scalars/flaw.ts';
import { readDuration } from '../../project/scalars/numbers.ts';
import type { PullOptions } from '../commands/pull.ts';
import type { Invocation } from '../grammar/command.ts';
import { pulled } from '../report/pulled.ts';
import { called, tellPlanned } from '../requests/dry-run.ts';
import { asWarning } from '../requests/fetched-images.ts';
import { servicesOfFiles } from '../selection/services-of-files.ts';

/** As in Docker Compose: without a policy, images are fetched again if their registry has newer ones. */
export const pull = async ({ context, options, operands }: Invocation<PullOptions>): Promise<number> => {
  const selected = await servicesOfFiles(context, operands, options.includeDeps ?? false);
  const { pullImages, withNewLatest } = await import('../../engine/doors/images/pull-images.ts');
  if (context.dryRun) {
    const { dueWishes } = await import('../../engine/doors/images/pull-images.ts');
    const wishes = selected.flatMap(([name, service]) => [
      ...(reasonToSkip(service, options) === undefined ? [wishOf(name, service, options)] : []),
      ...mountedImages(name, service, options),
    ]);
    for (const { reference, policy } of dueWishes(wishes.map(withNewLatest)))
      tellPlanned(context, 'Pulled', called('Image', [reference]), `its policy is ${policy}`);
    return 0;
  }
  const failed = await pulled(context, options.quiet ?? false, (onEvent, signal) => {
    const wishes = selected.flatMap(([name, service]) => {
      const mounted = mountedImages(name, service, options);
      const because = reasonToSkip(service, options);
      if (because === undefined) return [wishOf(name, service, options), ...mounted];
      if (mounted.length === 0) onEvent({ kind: 'skipped', subject: name, because });
      return mounted;
    });
    return pullImages(wishes.map(withNewLatest), {
      environment: context.environment,
      mayFail: () => options.ignorePullFailures ?? false,
      ...{ onEvent, signal },
    });
  });
  context.messages.show([...failed.values()].flat().map(asWarning));
  return 0;
};

const reasonToSkip = (
  { image, build }: CanonicalService,
  { ignoreBuildable }: PullOptions,
): string | undefined => {
  if (!image) return 'No image to be pulled';
  return ignoreBuildable && build !== undefined ? 'Image can be built' : undefined;
};

const wishOf = (
  name: string,
  { image, platform, pull_policy, pull_refresh_after }: CanonicalService,
  { policy }: PullOptions,
): Wish => {
  const reference = image as string;
  const written = policy ?? (isWritten(pull_policy) ? pull_policy : 'always');
  return {
    ...{ reference, policy: written, from: `services.${name}.image` },
    ...(isWritten(platform) && { platform }),
    ...(isWritten(pull_refresh_after) && { refreshAfter: parsedValue(readDuration(pull_refresh_after)) }),
  };
};

const mountedImages = (
  name: string,
  { volumes = [] }: CanonicalService,
  { policy = 'always' }: PullOptions,
): readonly Wish[] =>
  volumes.flatMap(({ type, source }, index) =>
    type === 'image' && source
      ? [{ reference: source, policy, from: `services.${name}.volumes[${index}].source` as const }]
      : [],
  );

const isWritten = (value: unknown): value is string => typeof value === 'string' && value !== '';
