import type { VolumesOptions } from '../commands/volumes.ts';
import { findProject } from '../find-project.ts';
import type { Invocation } from '../grammar/command.ts';
import { refuseUnknownServices } from '../open-project.ts';
import { volumeLines } from '../show/volume-list.ts';
import { findTarget } from '../target.ts';

/** As in Docker Compose: volumes that the project made, and not the external ones. */
export const volumes = async ({
  context,
  options,
  operands,
}: Invocation<VolumesOptions>): Promise<number> => {
  const { listVolumes } = await import('../../engine/volumes.ts');
  const { name } = await findProject(context);
  const listed = listVolumes();
  const servicesOf = ({ uses }: (typeof listed)[number]) =>
    uses.filter(({ project }) => project === name).map(({ service }) => service);
  if (operands.length > 0) {
    const { services = [] } = await findTarget(context);
    refuseUnknownServices(operands, [...services, ...listed.flatMap(servicesOf)]);
  }
  const shown = listed
    .filter(({ project, isAnonymous }) => project === name && !isAnonymous)
    .filter(
      (volume) => operands.length === 0 || servicesOf(volume).some((service) => operands.includes(service)),
    );
  const lines = options.quiet
    ? shown.map((volume) => volume.name)
    : volumeLines(shown, options.format ?? 'table');
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};
