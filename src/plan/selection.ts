import type { ObservedContainer } from './observed.ts';

export type Selection = {
  /** Empty for all. */
  readonly services?: readonly string[];
};

/** Whether a command that names these services is about a container; never if `run` made it. */
export const isChosen = ({ services = [] }: Selection): ((container: ObservedContainer) => boolean) => {
  const names = new Set(services);
  return ({ oneOff, service }) => !oneOff && (names.size === 0 || names.has(service));
};
