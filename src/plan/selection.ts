import type { ObservedContainer } from './observed.ts';

export type Selection = {
  /** Empty for all. */
  readonly services?: readonly string[];
  /** The services of the files, containers of others are left alone; undefined without files. */
  readonly known?: readonly string[];
};

/** Whether a command that names these services is about a container; never if `run` made it. */
export const isChosen = (selection: Selection): ((container: ObservedContainer) => boolean) => {
  const isMeant = isOfChosen(selection);
  return (container) => !container.oneOff && isMeant(container);
};

/** The same, including containers that `run` made. */
export const isOfChosen = ({
  services = [],
  known,
}: Selection): ((container: ObservedContainer) => boolean) => {
  const chosen = services.length > 0 ? services : known;
  const names = chosen && new Set(chosen);
  return ({ service }) => !names || names.has(service);
};
