import type { ChangeRequest } from '../../api/calls/change.ts';
import { command } from '../grammar/command.ts';
import type { OptionSpec } from '../grammar/option-types.ts';
import { removeOrphans, timeout } from '../grammar/shared-options.ts';
import { saysYes } from '../grammar/values.ts';
import type { Target } from '../selection/target.ts';

const options = [
  { flags: '-v, --volumes', summary: 'Remove the volumes of the project as well, and their content' },
  {
    flags: '--rmi <type>',
    choices: ['all', 'local'],
    summary: 'Remove the images of the services as well: all, or only those that a build has named',
  },
  timeout,
  removeOrphans,
] as const satisfies readonly OptionSpec[];

export const down = command({
  name: 'down',
  group: 'Start and stop',
  operands: '[service...]',
  summary: 'Stop and remove containers and networks',
  details:
    'Containers of services that are not in the file, and those that `run` made, are kept unless --remove-orphans is ' +
    'set. With -p and without -f, no file is read: all containers of the services of the project are removed. ' +
    'Volumes stay unless -v is set; external volumes always stay. With --rmi, images that other containers use stay too.',
  options,
  endsContainers: true,
  examples: ['down', 'down -v', '-p app down --remove-orphans'],
  run: async ({ context, options: { volumes, rmi, removeOrphans, timeout }, operands }) => {
    const { change } = await import('../requests/change.ts');
    const warn = (message: string): number => {
      context.messages.show([{ severity: 'warning', code: 'nothing-to-remove', message }]);
      return 0;
    };
    const nothingIsThere = (project: string): number =>
      warn(`No resource found to remove for project "${project}"`);
    const request = ({ variables, volumes: knownVolumes, volumeNames }: Target): ChangeRequest => ({
      services: operands,
      ...(volumes && { volumes, ...(knownVolumes && { knownVolumes }), ...(volumeNames && { volumeNames }) }),
      removeOrphans: removeOrphans ?? saysYes(variables.get('COMPOSE_REMOVE_ORPHANS')),
      ignoreOrphans: saysYes(variables.get('COMPOSE_IGNORE_ORPHANS')),
      ...(timeout !== undefined && { timeout }),
    });
    if (!rmi) return change(context, 'down', request, nothingIsThere, nothingIsThere);
    const { imagesOfServices, removeImagesOfServices } = await import('../requests/images-of-services.ts');
    const images = await imagesOfServices(context, rmi, operands);
    const status = await change(context, 'down', request, nothingIsThere, nothingIsThere);
    if (status === 0) await removeImagesOfServices(context, images);
    return status;
  },
});
