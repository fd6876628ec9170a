import type { CanonicalService } from '../../project/model/canonical.ts';
import { parsedValue } from '../../project/scalars/flaw.ts';
import { readDuration } from '../../project/scalars/numbers.ts';
import type { PullOptions } from '../commands/pull.ts';
import { asWarning } from '../fetched-images.ts';
import type { Invocation } from '../grammar/command.ts';
import { openFiles, refuseUnknownServices } from '../open-project.ts';
import { pulled } from '../report/pulled.ts';

/** As in Docker Compose: without a policy, images are fetched again if their registry has newer ones. */
export const pull = async ({ context, options, operands }: Invocation<PullOptions>): Promise<number> => {
  const { canonical } = await openFiles(context, {
    ...{ toRun: false, checkFiles: false, services: operands },
    leaveOut: new Set(['model', 'env-resolution']),
  });
  refuseUnknownServices(operands, Object.keys(canonical.services));
  const { withServices } = await import('../../project/check/project-selection.ts');
  const selected =
    options.includeDeps || operands.length === 0
      ? Object.values(withServices(canonical, operands).services)
      : operands.map((name) => canonical.services[name]!);
  const { pullImages } = await import('../../engine/pull-images.ts');
  const failed = await pulled(context, options.quiet ?? false, (onEvent, signal) =>
    pullImages(
      selected.flatMap((service) => wishOf(service, options)),
      {
        environment: context.environment,
        mayFail: () => options.ignorePullFailures ?? false,
        ...{ onEvent, signal },
      },
    ),
  );
  context.messages.show([...failed.values()].flat().map(asWarning));
  return 0;
};

const wishOf = (
  { image, platform, build, pull_policy, pull_refresh_after }: CanonicalService,
  { policy, ignoreBuildable }: PullOptions,
) => {
  if (!image || (ignoreBuildable && build !== undefined)) return [];
  const written = policy ?? (isWritten(pull_policy) ? pull_policy : 'always');
  return [
    {
      ...{ reference: image, policy: written },
      ...(isWritten(platform) && { platform }),
      ...(isWritten(pull_refresh_after) && { refreshAfter: parsedValue(readDuration(pull_refresh_after)) }),
    },
  ];
};

const isWritten = (value: unknown): value is string => typeof value === 'string' && value !== '';
