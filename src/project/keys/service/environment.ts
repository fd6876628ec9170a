import { replacingEach, variables } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<Readonly<Record<string, string | null>>> = {
  ...replacingEach(variables()),
  description: 'Environment variables; one without a value is taken from the environment of tscompose.',
  model: (all) => ({ environment: withoutNull(all) }),
};

/** A variable that has no value outside either is not there. */
function withoutNull(all: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
