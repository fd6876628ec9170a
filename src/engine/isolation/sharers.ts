import type { OciNamespace } from '../../container/oci.ts';
import type { Isolation, Owner } from './facts.ts';

type Planned = { readonly container: string; readonly facts: Isolation };

/** A configuration names only the owner of a shared namespace: adds all other containers in it, as the kernel has it. */
export const withSharers = <One extends Planned>(all: readonly One[]): readonly One[] => {
  const byName = new Map(all.map((one) => [one.container, one]));
  const groups = new Map<string, string[]>();
  for (const { container, facts } of all)
    for (const type of Object.keys(facts.namespaces) as OciNamespace[]) {
      const key = `${type} ${ownerOf(byName, container, type)}`;
      groups.set(key, [...(groups.get(key) ?? []), container]);
    }
  const withOthers = (container: string, type: OciNamespace, owner: Owner): Owner => {
    const end = ownerOf(byName, container, type);
    if (byName.get(end)?.facts.namespaces[type].kind === 'host') return { kind: 'host' };
    const known = owner.kind === 'shared' ? owner.with : [];
    const group = groups.get(`${type} ${end}`) ?? [];
    const others = [...new Set([...known, ...group])].filter((name) => name !== container).toSorted();
    return others.length > 0 ? { kind: 'shared', with: others } : owner;
  };
  return all.map((one) => {
    const namespaces = Object.fromEntries(
      Object.entries(one.facts.namespaces).map(([type, owner]) => [
        type,
        withOthers(one.container, type as OciNamespace, owner),
      ]),
    ) as Isolation['namespaces'];
    return { ...one, facts: { ...one.facts, namespaces } };
  });
};

/** The container at the end of a chain in which each takes the namespace of the next. */
const ownerOf = (
  all: ReadonlyMap<string, Planned>,
  container: string,
  type: OciNamespace,
  left = all.size,
): string => {
  const owner = all.get(container)?.facts.namespaces[type];
  const next = owner?.kind === 'shared' ? owner.with[0] : undefined;
  return next === undefined || left === 0 ? container : ownerOf(all, next, type, left - 1);
};
