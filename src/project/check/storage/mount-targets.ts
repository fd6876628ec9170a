import { targetOf as targetOfGrant } from '../../keys/parts/grants-of.ts';
import type { CanonicalService } from '../../model/canonical.ts';
import type { Path } from '../../tree/path.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, error } from '../checked.ts';

/** No two mounts of a service have one target. */
export const targets: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, service]) => {
    const first = new Map<string, Path>();
    return mountsWithPaths(service).flatMap(({ target, path }) => {
      const other = first.get(target);
      if (!other) first.set(target, path);
      if (!other) return [];
      const labels = [{ at: at('services', name, ...other), text: 'mounted here first' }];
      const message = `two mounts of \`${name}\` have the target \`${target}\``;
      const more = { label: 'mounted again here', labels };
      return [error('duplicate-mount', message, at('services', name, ...path), more)];
    });
  });

/** A service that lost one of these mounts would run without its data. */
export const kindsOfMounts: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, service]) =>
    (service.volumes ?? []).flatMap(({ type }, index) => {
      if (type !== 'npipe' && type !== 'cluster') return [];
      const { reason, help } = UNSUPPORTED[type];
      return [
        error('unsupported-key', reason, at('services', name, 'volumes', index, 'type'), {
          label: `${name} would run without its data`,
          help,
        }),
      ];
    }),
  );

const PATH = 'use a path that begins with `./` or `/`';

const UNSUPPORTED = {
  npipe: {
    reason: 'volumes of type `npipe` are pipes of Windows',
    help: 'mount the directory of a socket with `type: bind`',
  },
  cluster: {
    reason: 'volumes of type `cluster` need a swarm, and this machine is on its own',
    help: PATH,
  },
} as const;

/** The memory with the steps of a container has room for about 15,000 mounts. */
const MOST_MOUNTS = 10_000;

export const numberOfMounts: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, { volumes = [], tmpfs = [] }]) => {
    const count = volumes.length + tmpfs.length;
    if (count <= MOST_MOUNTS) return [];
    const place = at('services', name, volumes.length > 0 ? 'volumes' : 'tmpfs');
    return [error('invalid-value', `${quote(name)} has ${count} mounts, more than ${MOST_MOUNTS}`, place)];
  });

/** A bind mount and that of an image have a source. */
export const sources: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, service]) =>
    (service.volumes ?? []).flatMap(({ type, source }, index) => {
      if ((type !== 'bind' && type !== 'image') || source) return [];
      const place = at('services', name, 'volumes', index);
      return [
        error('missing-key', `a volume of type \`${type}\` needs \`source\``, place, {
          help: `set \`source\` to ${type === 'bind' ? 'a path of the host' : 'the name of an image'}`,
        }),
      ];
    }),
  );

function mountsWithPaths(service: CanonicalService): { target: string; path: Path }[] {
  const volumes = (service.volumes ?? []).map(({ target }, index) => ({
    target,
    path: ['volumes', index, 'target'],
  }));
  const tmpfs = (service.tmpfs ?? []).flatMap((text, index) =>
    text === '' ? [] : [{ target: targetOf(text), path: ['tmpfs', index] }],
  );
  const grants = (['secrets', 'configs'] as const).flatMap((list) =>
    (service[list] ?? []).map((grant, index) => ({
      target: targetOfGrant(list === 'secrets' ? 'secret' : 'config', grant),
      path: [list, index, 'target'],
    })),
  );
  return [...volumes, ...tmpfs, ...grants];
}

function targetOf(tmpfs: string): string {
  return tmpfs.split(':', 1)[0]!.replace(/(?<=.)\/+$/, '');
}
