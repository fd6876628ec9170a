import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { CanonicalNamedVolume } from '../../model/canonical.ts';
import type { Flaw, Parsed } from '../../scalars/flaw.ts';
import { readVolumeName } from '../../scalars/volume-name.ts';
import { flawsOfOptions, readSubpath } from '../../scalars/volume-options.ts';
import type { Path } from '../../tree/path.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, type Checked, error } from '../checked.ts';

/** The volumes that services mount can be made: their names, drivers and options. */
export const volumeDefinitions: Check = (project) =>
  mountedVolumes(project).flatMap(([key, volume]) => [
    ...nameProblems(key, volume, project),
    ...driverProblems(key, volume, project),
    ...optionProblems(key, volume, project),
  ]);

/** The part of a volume or image that is mounted is in it, and the volume has a name. */
export const subpaths: Check = (project) =>
  Object.entries(project.canonical.services).flatMap(([service, { volumes = [] }]) =>
    volumes.flatMap(({ type, source, ...options }, index) => {
      const subpath = type === 'volume' || type === 'image' ? options[type]?.subpath : undefined;
      if (!subpath) return [];
      const path = ['services', service, 'volumes', index, type, 'subpath'];
      if (source || type === 'image')
        return refused(project, path, '`subpath`', readSubpath(subpath, type as 'volume' | 'image'));
      const help = 'set `source` to the volume that has the directory';
      return [
        error('missing-key', '`subpath` needs `source`', project.at(...path), {
          label: 'an anonymous volume begins empty',
          help,
        }),
      ];
    }),
  );

/** The volumes of the top level that services mount. */
export function mountedVolumes({
  canonical,
  isBroken,
}: Checked): (readonly [string, CanonicalNamedVolume])[] {
  const mounted = new Set(
    Object.values(canonical.services).flatMap(({ volumes = [] }) =>
      volumes.map(({ type, source }) => (type === 'volume' ? source : undefined)),
    ),
  );
  return Object.entries(canonical.volumes ?? {}).filter(
    ([key]) => mounted.has(key) && !isBroken('volumes', key),
  );
}

/** A name that the file does not give is made of the key. */
function nameProblems(key: string, { name, external }: CanonicalNamedVolume, project: Checked): Diagnostic[] {
  const isGiven = name !== '' && project.isWritten('volumes', key, 'name');
  const actual = name || (external ? key : `${project.canonical.name}_${key}`);
  if (isGiven) return refused(project, ['volumes', key, 'name'], '`name`', readVolumeName(actual));
  const parsed = readVolumeName(actual);
  const message = (must: string) => `the name ${quote(actual)} must ${must}`;
  return 'flaw' in parsed
    ? [flawed(message, project.atKey('volumes', key), { help: 'set `name`', ...parsed.flaw })]
    : [];
}

/** Volumes are directories and mounts of this machine; Docker has plugins for the others. */
function driverProblems(
  key: string,
  { driver, external }: CanonicalNamedVolume,
  { at }: Checked,
): Diagnostic[] {
  if (external || !driver || driver === 'local' || driver === 'default') return [];
  const message = `there is no volume driver ${quote(driver)}`;
  const help = 'use `local`, with `driver_opts` for another file system';
  return [
    error('unsupported-key', message, at('volumes', key, 'driver'), { label: 'a plugin of Docker', help }),
  ];
}

function optionProblems(
  key: string,
  { external, driver_opts: options = {} }: CanonicalNamedVolume,
  { atKey }: Checked,
): Diagnostic[] {
  if (external) return [];
  return flawsOfOptions(options).map(({ option, message, help }) =>
    error('invalid-value', message, atKey('volumes', key, 'driver_opts', option), { help }),
  );
}

function refused(project: Checked, path: Path, subject: string, parsed: Parsed<unknown>): Diagnostic[] {
  if (!('flaw' in parsed) || project.isBroken(...path)) return [];
  return [flawed((must) => `${subject} must ${must}`, project.at(...path), parsed.flaw)];
}

function flawed(
  message: (must: string) => string,
  at: ReturnType<Checked['at']>,
  { must, label, help }: Flaw,
): Diagnostic {
  return error('invalid-value', message(must), at, { ...(label && { label }), ...(help && { help }) });
}
