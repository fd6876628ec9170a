import type { Diagnostic } from '../../base/diagnostic.ts';
import type { CanonicalService } from '../model/canonical.ts';
import { newNumbers } from '../model/replicas.ts';
import { quote } from '../tree/wording.ts';
import { type Check, type Checked, duplicates, error } from './checked.ts';
import { writtenReplicas } from './deploy/replicas.ts';

/**
 * A service has something to run: its own command, or that of its image, which is not known yet. That an image is not
 * built is said elsewhere.
 */
export const commands: Check = ({ canonical, atKey, isBroken }) =>
  Object.entries(canonical.services).flatMap(([name, service]) => {
    const { command, entrypoint, provider, build, rootfs } = service;
    if (provider !== undefined || (build !== undefined && rootfs === undefined)) return [];
    if ([...(entrypoint ?? []), ...(command ?? [])].length > 0) return [];
    if (rootfs === undefined && service.image !== undefined) return [];
    if (isBroken('services', name, 'command') || isBroken('services', name, 'entrypoint')) return [];
    const help = 'add `command:`, such as `command: sleep infinity`';
    return [error('no-command', `\`${name}\` has no command to run`, atKey('services', name), { help })];
  });

/** An image without a name is a mistake: its variable is most likely not set. */
export const images: Check = ({ canonical, at, isWritten, isBroken }) =>
  Object.entries(canonical.services).flatMap(([name, service]) => {
    const hasFiles = filesOf.some((key) => service[key] !== undefined);
    const path = ['services', name, 'image'];
    if (hasFiles || !isWritten(...path) || isBroken(...path)) return [];
    return [error('missing-key', `the image of \`${name}\` has no name`, at(...path), { help: emptyImage })];
  });

const filesOf = ['image', 'build', 'provider', 'rootfs'] as const;
const emptyImage = 'set the variable, or remove this key to use the programs of the host';

/** A service has files to run on: those of an image, of a directory or of the host; nothing is built. */
export const roots: Check = (project) =>
  Object.entries(project.canonical.services).flatMap(([name, service]) => {
    const keys = (['image', 'build', 'provider'] as const).filter((key) => service[key] !== undefined);
    if (service.rootfs !== undefined)
      return [
        ...keys.flatMap((key) => (key === 'provider' ? [] : [unusedImage(project, name, key)])),
        ...withoutImage(project, name, service),
      ];
    const [first] = keys;
    if (first === undefined || first === 'image' || project.isBroken('services', name, 'rootfs')) return [];
    const at = project.atKey('services', name, first);
    const message = `\`${name}\` has no root file system`;
    return [
      error('no-rootfs', message, at, { ...withoutRoot[first], ...(first === 'build' && { subject: name }) }),
    ];
  });

const withoutRoot = {
  build: {
    label: 'images are not built',
    help: 'build it with Docker or Podman and name it with `image:`, their images are found; or set `rootfs:` to a directory with its files',
  },
  provider: {
    label: 'service providers are not run',
    help: 'set `image:`, or `rootfs:` to a directory, or remove this key to use the programs of the host',
  },
};

/** Keys that are about an image. */
const keysOfImages = ['platform', 'pull_policy', 'pull_refresh_after'] as const;

const withoutImage = ({ atKey }: Checked, name: string, service: CanonicalService): Diagnostic[] =>
  keysOfImages
    .filter((key) => service[key] !== undefined && service[key] !== '')
    .map((key) => ({
      severity: 'warning',
      code: 'unsupported-key',
      message: `\`${key}\` has no effect`,
      at: atKey('services', name, key),
      label: 'ignored: the files do not come from an image',
    }));

function unusedImage({ atKey }: Checked, name: string, key: 'image' | 'build'): Diagnostic {
  return {
    severity: 'warning',
    code: 'unsupported-key',
    message: `\`${key}\` has no effect`,
    at: atKey('services', name, key),
    label: 'ignored: the files come from `rootfs`',
  };
}

/** No two containers have one name, given or by default. */
export const containerNames: Check = ({ canonical, at, scale }) =>
  duplicates(
    Object.entries(canonical.services).flatMap(([key, service]) => {
      const { container_name: given } = service;
      const count = scale.get(key) ?? writtenReplicas(service) ?? 1;
      const numbers = newNumbers([], Math.max(count, 1));
      const names = given === undefined ? numbers.map((one) => `${canonical.name}-${key}-${one}`) : [given];
      return names.map((name) => ({ key, name, isGiven: given !== undefined }));
    }),
  ).flatMap(({ key, name, owner }) => {
    const labels = [{ at: at('services', owner, 'container_name'), text: `used by ${owner}` }];
    return [
      error(
        'duplicate-name',
        `two services have the container name \`${name}\``,
        at('services', key, 'container_name'),
        { label: `used again by ${key}`, labels },
      ),
    ];
  });

/** Every copied file has a target. */
export const watchTargets: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, { develop }]) =>
    (develop?.watch ?? []).flatMap(({ action, target }, index) => {
      if (!action.startsWith('sync') || target !== undefined) return [];
      const place = at('services', name, 'develop', 'watch', index);
      return [error('missing-key', `the action ${quote(action)} needs \`target\``, place)];
    }),
  );
