import { isNamed } from '../project/model/chosen-services.ts';
import type { ObservedContainer } from './observed.ts';

export type Selection = {
  /** Empty for all. */
  readonly services?: readonly string[];
};

/** Whether a command that names these services is about a container; never if `run` made it. */
export const isChosen = ({ services = [] }: Selection): ((container: ObservedContainer) => boolean) => {
  const isAbout = isNamed({ services });
  return ({ oneOff, service }) => !oneOff && isAbout(service);
};
