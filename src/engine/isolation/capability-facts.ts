import { DEFAULT_CAPABILITIES } from '../../container/defaults.ts';
import { CAPABILITIES } from '../../kernel/program/constants.ts';
import type { CapabilityFacts } from './facts.ts';

export const capabilityFacts = (isHeld: (name: string, number: number) => boolean): CapabilityFacts => {
  const held = CAPABILITIES.filter(isHeld);
  return {
    held,
    extra: held.filter((name) => !DEFAULT_CAPABILITIES.includes(name)),
    dropped: CAPABILITIES.filter(
      (name, number) => DEFAULT_CAPABILITIES.includes(name) && !isHeld(name, number),
    ),
  };
};
