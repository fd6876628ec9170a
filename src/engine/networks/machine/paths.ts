import { readNetworkName } from '../../../project/scalars/network/network-name.ts';

/** In place of a project’s name, for networks that belong to none. No project has it. */
export const MACHINE = '.networks';

/** The network of `network_mode: bridge`, which comes with its first container and goes with its last. */
export const BRIDGE = 'bridge';

/**
 * The paths of the networks that belong to the machine: `<state>/.networks`. Names of projects and networks begin with a
 * letter or a digit, so directories with a dot are its own.
 */
export type MachineNetworkPaths = {
  readonly store: string;
  /** Holds `network.json` and `leases`. */
  readonly directory: (name: string) => string;
  readonly definition: (name: string) => string;
  /** A file for each address in use, with its name. A network without this directory is being removed. */
  readonly leases: (name: string) => string;
};

export const machineNetworkPaths = (stateDirectory: string): MachineNetworkPaths => {
  const store = `${stateDirectory}/${MACHINE}`;
  const directory = (name: string): string => {
    // A record of an earlier version may have any name; what is deleted by it must lie in the store.
    if (!isStoredName(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a network`);
    return `${store}/${name}`;
  };
  return {
    store,
    directory,
    definition: (name) => `${directory(name)}/network.json`,
    leases: (name) => `${directory(name)}/leases`,
  };
};

/** Whether a network of the name can be in the store. */
export const isStoredName = (name: string): boolean => 'value' in readNetworkName(name);

/** The names of directories during their creation begin with it. */
export const STAGING = '.new-';
