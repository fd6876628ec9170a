import { stateDirectory } from '../../directories/project-paths.ts';
import { endLease, type Lease, leasesOf, takeLease } from './leases.ts';
import { machineNetworkPaths } from './paths.ts';

/** The addresses of networks that several projects use, as one project sees them. */
export type SharedAddresses = {
  readonly project: string;
  /** Those that containers of all projects have; undefined for a network of one project alone. */
  readonly leases: (network: string) => readonly Lease[] | undefined;
  /** Gives an address to a container; false if another one has it. */
  readonly take: (network: string, address: string, container: string) => boolean;
  readonly end: (network: string, address: string) => void;
};

export const sharedAddresses = (project: string, state: string = stateDirectory()): SharedAddresses => {
  const paths = machineNetworkPaths(state);
  return {
    project,
    leases: (network) => leasesOf(paths, network),
    take: (network, address, container) =>
      takeLease(paths, network, { address, project, container }) !== 'held',
    end: (network, address) => endLease(paths, network, address),
  };
};

/** The same for a command that changes nothing; without root the state may not be readable, and counts as empty. */
export const seenAddresses = (project: string, state: string = stateDirectory()): SharedAddresses => {
  const paths = machineNetworkPaths(state);
  const leases = (network: string): readonly Lease[] | undefined => {
    try {
      return leasesOf(paths, network);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined;
      throw error;
    }
  };
  return {
    project,
    leases,
    take: (network, address, container) =>
      !leases(network)?.some(
        (lease) => lease.address === address && !(lease.project === project && lease.container === container),
      ),
    end: () => {},
  };
};
