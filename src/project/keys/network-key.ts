import type { Network } from '../model/project.ts';
import type { Part } from './service-key.ts';
import type { Value } from './value.ts';

/** A key of a network of the top level, and what its canonical value says of the network. */
export type NetworkKey<Canonical = unknown> = Value & {
  model?(value: Canonical): Part<Network>;
};

export type NetworkKeys = Readonly<Record<string, NetworkKey>>;
