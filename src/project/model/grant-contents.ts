import type { Grant, Project } from './project.ts';

/**
 * The contents of configs and secrets that are in no file, by `secrets.token`. They travel beside a project and are no
 * part of it, because it is kept on disk.
 */
export type Contents = Readonly<Record<string, string>>;

/** The name of a config or secret among `Contents`. */
export function contentKey({ kind, key }: Pick<Grant, 'kind' | 'key'>): string {
  return `${kind}s.${key}`;
}

/** The contents that these services are given, as far as they have some. */
export function contentsOf(
  { services }: Project,
  names: readonly string[],
  contentOf: (grant: Grant) => string | undefined,
): Contents {
  const grants = names.flatMap((name) => services[name]?.grants ?? []);
  return Object.fromEntries(
    grants.flatMap((grant) => {
      const content = contentOf(grant);
      return content === undefined ? [] : [[contentKey(grant), content] as const];
    }),
  );
}
