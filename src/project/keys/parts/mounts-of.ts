import { posix } from 'node:path';
import type { CanonicalService, CanonicalVolume } from '../../model/canonical.ts';
import type { Mount, WantedImage } from '../../model/project.ts';
import { parsedValue } from '../../scalars/flaw.ts';
import { readTmpfs } from '../../scalars/mounts.ts';
import type { Written } from '../service-key.ts';

/** The mounts of a service: first its volumes, then its tmpfs, each in the order of the file. */
export function mountsOf({ name, keys, volumeName }: Written): Mount[] {
  const { volumes = [], tmpfs = [] }: CanonicalService = keys;
  return [
    ...volumes.flatMap(
      (volume, index) => volumeMount(volume, `services.${name}.volumes[${index}]`, volumeName) ?? [],
    ),
    ...tmpfs.flatMap((text, index) =>
      text === '' ? [] : [tmpfsMount(text, `services.${name}.tmpfs[${index}]`)],
    ),
  ];
}

/** Other kinds are refused before anything runs. */
function volumeMount(
  volume: CanonicalVolume,
  from: string,
  volumeName: Written['volumeName'],
): Mount | undefined {
  const common = { from, target: volume.target, readOnly: volume.read_only ?? false };
  if (volume.type === 'tmpfs') return { ...common, kind: 'tmpfs', options: tmpfsOptions(volume.tmpfs) };
  if (volume.type === 'volume')
    return { ...common, kind: 'volume', ...named(volume, volumeName), ...volumeOptions(volume.volume) };
  if (volume.type === 'image')
    return { ...common, kind: 'image', readOnly: true, image: mountedImage(volume), ...partOf(volume.image) };
  if (volume.type !== 'bind') return undefined;
  const { propagation, recursive } = volume.bind ?? {};
  return {
    ...common,
    kind: 'bind',
    source: volume.source ?? '',
    createHostPath: createsSource(volume),
    ...(propagation !== undefined && { propagation }),
    // The mounts below the source are mounted, and read-only with it, in any case.
    ...((recursive === 'disabled' || recursive === 'writable') && { recursive }),
  };
}

/** Whether a missing source is made: where a bind has options, and they do not say otherwise; the short form has them. */
export function createsSource({ bind }: CanonicalVolume): boolean {
  return bind !== undefined && bind.create_host_path !== false;
}

function named({ source }: CanonicalVolume, volumeName: Written['volumeName']): { readonly volume?: string } {
  return source ? { volume: volumeName(source) } : {};
}

function volumeOptions({ nocopy, subpath, labels = {} }: CanonicalVolume['volume'] & {} = {}) {
  return {
    ...(nocopy && { noCopy: true as const }),
    ...partOf({ subpath }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}

/** As in Docker Compose, it is fetched where it is missing, whatever the service says of its own. */
function mountedImage({ source = '' }: CanonicalVolume): WantedImage {
  return { kind: 'wanted-image', reference: source };
}

function partOf({ subpath }: { readonly subpath?: string | undefined } = {}): { readonly subpath?: string } {
  return subpath ? { subpath: posix.normalize(subpath) } : {};
}

function tmpfsOptions({ size, mode }: CanonicalVolume['tmpfs'] & {} = {}): string[] {
  return [
    ...(size !== undefined && Number(size) > 0 ? [`size=${size}`] : []),
    ...(mode !== undefined ? [`mode=${mode.toString(8)}`] : []),
  ];
}

function tmpfsMount(text: string, from: string): Mount {
  const { target, readOnly, options } = parsedValue(readTmpfs(text));
  return { from, target, readOnly, kind: 'tmpfs', options };
}
