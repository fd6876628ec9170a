import type { Diagnostic } from '../../base/diagnostic.ts';
import { type Check, type Checked, error } from './check.ts';

/** A service has something to run: no image brings a command. */
export const commands: Check = ({ canonical, atKey, isBroken }) =>
  Object.entries(canonical.services).flatMap(([name, { command, entrypoint }]) => {
    if ([...(entrypoint ?? []), ...(command ?? [])].length > 0) return [];
    if (isBroken('services', name, 'command') || isBroken('services', name, 'entrypoint')) return [];
    const help = 'give it `command:`, such as `command: sleep infinity`';
    return [error('no-command', `\`${name}\` has no command to run`, atKey('services', name), { help })];
  });

/** A service has files to run on: images are neither fetched nor built. */
export const roots: Check = (project) =>
  Object.entries(project.canonical.services).flatMap(([name, service]) => {
    const keys = (['image', 'build'] as const).filter((key) => service[key] !== undefined);
    if (service.rootfs !== undefined) return keys.map((key) => unusedImage(project, name, key));
    if (keys.length === 0 || project.isBroken('services', name, 'rootfs')) return [];
    const at = project.atKey('services', name, keys[0]!);
    const label = keys[0] === 'image' ? 'images are not fetched' : 'images are not built';
    const help =
      'give `rootfs:` a directory with the files of the image, or remove this for the programs of the host';
    return [error('no-rootfs', `\`${name}\` has no root file system`, at, { label, help })];
  });

function unusedImage({ atKey }: Checked, name: string, key: 'image' | 'build'): Diagnostic {
  return {
    severity: 'warning',
    code: 'unsupported-key',
    message: `\`${key}\` is not supported yet`,
    at: atKey('services', name, key),
    label: 'ignored, `rootfs` brings the files',
  };
}

/** No two containers have one name. */
export const containerNames: Check = ({ canonical, at }) => {
  const owners = new Map<string, string>();
  return Object.entries(canonical.services).flatMap(([name, { container_name }]) => {
    const owner = container_name === undefined ? undefined : owners.get(container_name);
    if (container_name !== undefined && owner === undefined) owners.set(container_name, name);
    if (owner === undefined) return [];
    const labels = [{ at: at('services', owner, 'container_name'), text: `${owner} has it` }];
    const message = `two services have the container name \`${container_name}\``;
    return [
      error('duplicate-name', message, at('services', name, 'container_name'), {
        label: `${name} wants it too`,
        labels,
      }),
    ];
  });
};
