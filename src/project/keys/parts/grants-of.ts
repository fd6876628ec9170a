import { posix } from 'node:path';
import type { CanonicalGrant, CanonicalMaterial } from '../../model/canonical.ts';
import type { Grant, GrantSource } from '../../model/project.ts';
import type { Written } from '../service-key.ts';

/** The configs and secrets of a service; those without a source here are refused before anything runs. */
export function grantsOf({ name, keys, materials }: Written): Grant[] {
  return (['configs', 'secrets'] as const).flatMap((list) =>
    (keys[list] ?? []).flatMap((grant, index): Grant[] => {
      const all = materials[list] ?? {};
      const source = Object.hasOwn(all, grant.source) && sourceOf(all[grant.source]!, list);
      if (!source) return [];
      const kind = list === 'configs' ? 'config' : 'secret';
      return [
        {
          from: `services.${name}.${list}[${index}]`,
          kind,
          key: grant.source,
          target: targetOf(kind, grant),
          uid: Number(grant.uid ?? 0),
          gid: Number(grant.gid ?? 0),
          // The mode of a file of the host is of no account: its owner is another one.
          mode: grant.mode ? Number.parseInt(grant.mode, 8) : 0o444,
          source,
        },
      ];
    }),
  );
}

/** The absolute path of a config or secret in the container. */
export function targetOf(kind: Grant['kind'], { source, target }: CanonicalGrant): string {
  return posix.resolve(kind === 'secret' ? '/run/secrets' : '/', target || source);
}

function sourceOf(material: CanonicalMaterial, list: 'configs' | 'secrets'): GrantSource | undefined {
  if (material.external) return undefined;
  const { file, environment } = material;
  if (file) return { kind: 'file', path: file };
  if (environment) return { kind: 'environment', variable: environment };
  // An empty `content` is left out of the canonical form.
  return list === 'configs' ? { kind: 'content' } : undefined;
}
