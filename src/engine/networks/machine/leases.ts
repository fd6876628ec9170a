import { randomBytes } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { isStoredName, type MachineNetworkPaths } from './paths.ts';

/** An address of a network, and the container that has it. */
export type Lease = {
  readonly address: string;
  readonly project: string;
  /** Its name, which a container has in common with the one that it replaces. */
  readonly container: string;
};

/**
 * Gives an address of a network to a container. Two projects cannot get the same one, and a killed process leaves the
 * whole lease or nothing: link(2) publishes a file with its content, or says that its name is taken. `gone` means that
 * the network was removed.
 */
export const takeLease = (
  paths: MachineNetworkPaths,
  network: string,
  lease: Lease,
): 'taken' | 'held' | 'gone' => {
  const temporary = `${paths.directory(network)}/${STAGED}${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(temporary, `${lease.project} ${lease.container}\n`, { mode: 0o600 });
    linkSync(temporary, fileOf(paths, network, lease.address));
    return 'taken';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'gone';
    if (code !== 'EEXIST') throw error;
    const held = leaseOf(paths, network, lease.address);
    return held?.project === lease.project && held.container === lease.container ? 'taken' : 'held';
  } finally {
    rmSync(temporary, { force: true });
  }
};

/** The leases of a network; undefined if it was removed. */
export const leasesOf = (paths: MachineNetworkPaths, network: string): readonly Lease[] | undefined => {
  if (!isStoredName(network)) return undefined;
  try {
    return readdirSync(paths.leases(network)).flatMap((address) => leaseOf(paths, network, address) ?? []);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Gives an address back. */
export const endLease = (paths: MachineNetworkPaths, network: string, address: string): void => {
  try {
    unlinkSync(fileOf(paths, network, address));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

const leaseOf = (paths: MachineNetworkPaths, network: string, address: string): Lease | undefined => {
  try {
    const text = readFileSync(fileOf(paths, network, address), 'utf8');
    const [project = '', container = ''] = text.trim().split(' ');
    return { address, project, container };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const fileOf = (paths: MachineNetworkPaths, network: string, address: string): string =>
  `${paths.leases(network)}/${address}`;

/** The names of files during their creation begin with it. */
const STAGED = '.lease-';
