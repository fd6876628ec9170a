import type { ContainerRecord, ProjectRecord } from './project-record.ts';

/** While one container takes the place of another, both are recorded, and one of the two has a temporary name. */
export type Replacement = {
  readonly successor: ContainerRecord;
  readonly replaced: ContainerRecord;
  /** The successor has the name, and the container that it replaced has the temporary one. */
  readonly isSwitched: boolean;
};

type Containers = Pick<ProjectRecord, 'containers'>;

export const replacements = ({ containers }: Containers): readonly Replacement[] => {
  const all = Object.values(containers);
  return all.flatMap((successor) => {
    const { replaces } = successor;
    const replaced = replaces && all.find(({ id }) => id === replaces.id);
    return replaced ? [{ successor, replaced, isSwitched: replaced.name !== replaces.name }] : [];
  });
};

/** The containers whose names and addresses are in use: of two of which one replaces the other, one. */
export const standing = (project: Containers): readonly ContainerRecord[] => {
  const all = Object.values(project.containers);
  if (!all.some(({ replaces }) => replaces)) return all;
  const aside = new Set(
    replacements(project).map(({ successor, replaced, isSwitched }) => (isSwitched ? replaced : successor)),
  );
  return all.filter((container) => !aside.has(container));
};
