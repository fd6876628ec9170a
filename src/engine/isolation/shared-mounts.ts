import type { HostMount, Isolation } from './facts.ts';

/** A directory or file of the host that several containers see, and at least one of them may write. */
export type SharedMount = {
  /** The outermost path on the host. */
  readonly source: string;
  readonly in: readonly (Pick<HostMount, 'target' | 'isWritable'> & { readonly container: string })[];
};

export const sharedMounts = (
  containers: readonly { readonly container: string; readonly facts: Pick<Isolation, 'hostMounts'> }[],
): readonly SharedMount[] => {
  const all = containers.flatMap(({ container, facts }) =>
    facts.hostMounts.map((mount) => ({ ...mount, container })),
  );
  const identities = new Set(all.map(({ identity }) => identity));
  const groups = new Map<string, typeof all>();
  for (const mount of all) {
    const key = outermost(mount.identity, identities);
    const group = groups.get(key);
    if (group) group.push(mount);
    else groups.set(key, [mount]);
  }
  return [...groups.values()]
    .filter(
      (group) =>
        group.some(({ isWritable }) => isWritable) && new Set(group.map((one) => one.container)).size > 1,
    )
    .map((group) => ({
      source: group.toSorted((a, b) => a.identity.length - b.identity.length)[0]!.source,
      in: group.map(({ container, target, isWritable }) => ({ container, target, isWritable })),
    }));
};

/** The shortest of the known paths above a path: who sees a directory sees the directories below it. */
const outermost = (identity: string, known: ReadonlySet<string>): string => {
  // `254:0 /srv/data`: first the root of the file system, then a directory more each time.
  for (let end = identity.indexOf('/') + 1; end > 0; end = identity.indexOf('/', end + 1)) {
    const above = identity.slice(0, end);
    if (known.has(above)) return above;
  }
  return identity;
};
