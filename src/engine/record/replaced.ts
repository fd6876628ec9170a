import type { ContainerRecord, ProjectRecord } from './project-record.ts';

/** During a replacement both containers are recorded, and one of the two has a temporary name. */
export type Replacement = {
  readonly successor: ContainerRecord;
  readonly replaced: ContainerRecord;
  /** The successor has the name; the replaced container has the temporary one. */
  readonly isSwitched: boolean;
};

type Containers = Pick<ProjectRecord, 'containers'>;

export const replacements = ({ containers }: Containers): readonly Replacement[] => {
  const all = Object.values(containers);
  const byId = new Map(all.map((container) => [container.id, container]));
  return all.flatMap((successor) => replacementBy(successor, (id) => byId.get(id)) ?? []);
};

/** The container that the one of this name replaces, if it still exists. */
export const replacementOf = ({ containers }: Containers, name: string): Replacement | undefined => {
  const successor = containers[name];
  return (
    successor &&
    replacementBy(successor, (replaced) => Object.values(containers).find(({ id }) => id === replaced))
  );
};

const replacementBy = (
  successor: ContainerRecord,
  find: (id: string) => ContainerRecord | undefined,
): Replacement | undefined => {
  const { replaces } = successor;
  const replaced = replaces && find(replaces.id);
  return replaced && { successor, replaced, isSwitched: replaced.name !== replaces.name };
};

/** The containers whose names and addresses are in use: one of each pair of replaced container and successor. */
export const standing = (project: Containers): readonly ContainerRecord[] => {
  const all = Object.values(project.containers);
  if (!all.some(({ replaces }) => replaces)) return all;
  const aside = new Set(
    replacements(project).map(({ successor, replaced, isSwitched }) => (isSwitched ? replaced : successor)),
  );
  return all.filter((container) => !aside.has(container));
};
