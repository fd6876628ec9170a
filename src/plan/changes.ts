import { imagesOf } from '../project/model/images-of.ts';
import { keyOf } from '../project/model/key-of.ts';
import type { Grant, Service } from '../project/model/project.ts';
import { comparable, stableJson } from './hash.ts';

/** The cause of recreating a container whose hash differs: `configuration changed: memory, environment`. */
export const changeCause = (before: Service | undefined, after: Service): string => {
  const image = before && changedImage(before, after);
  if (image !== undefined) return image;
  const keys = before ? changedKeys(before, after) : [];
  if (keys.length === 0) return 'configuration changed';
  const rest = keys.length > SHOWN ? ` and ${keys.length - SHOWN} more` : '';
  return `configuration changed: ${keys.slice(0, SHOWN).join(', ')}${rest}`;
};

/** The same name means another image: `image changed: sha256:0a1b2c3d4e5f → sha256:6a7b8c9d0e1f`. */
const changedImage = (before: Service, after: Service): string | undefined => {
  const old = idsByTarget(before);
  const changed = [...idsByTarget(after)].find(([target, id]) => (old.get(target) ?? id) !== id);
  return changed && `image changed: ${shortened(old.get(changed[0])!)} → ${shortened(changed[1])}`;
};

/** That of the root and those of the mounts. */
const idsByTarget = (service: Service): ReadonlyMap<string, string> =>
  new Map(
    imagesOf(service).flatMap(({ image, mount }) =>
      image.kind === 'image' && !mount?.inherited ? [[mount?.target ?? '/', image.id]] : [],
    ),
  );

const shortened = (digest: string): string => digest.slice(0, 'sha256:'.length + 12);

/** The attributes, as the file has them, in which two definitions of a service differ. */
export const changedKeys = (before: Service, after: Service): readonly string[] => {
  const old = attributes(before);
  const now = attributes(after);
  const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...keys].filter((key) => stableJson(old[key]) !== stableJson(now[key])).map(keyOf);
};

const attributes = (service: Service): Readonly<Record<string, unknown>> => {
  const { limits, namespaces, grants, ...rest } = comparable(service);
  return {
    ...rest,
    ...(limits as Service['limits']),
    ...(namespaces as Service['namespaces']),
    configs: ofKind(grants as Service['grants'], 'config'),
    secrets: ofKind(grants as Service['grants'], 'secret'),
  };
};

const ofKind = (grants: Service['grants'] = [], kind: Grant['kind']): readonly Grant[] =>
  grants.filter((grant) => grant.kind === kind);

const SHOWN = 4;
