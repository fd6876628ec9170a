import type { VolumesOptions } from '../commands/volumes.ts';
import type { Invocation } from '../grammar/command.ts';
import { findProject } from '../selection/find-project.ts';
import { refuseUnknownServices } from '../selection/open-project.ts';
import { findTarget } from '../selection/target.ts';
import { volumeLines } from '../show/volume-list.ts';

/** As in Docker Compose: volumes that the project made, and not the external ones. */
export const volumes = async ({
  context,
  options,
  operands,
}: Invocation<VolumesOptions>): Promise<number> => {
  const { listVolumes } = await import('../../engine/doors/volumes.ts');
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
