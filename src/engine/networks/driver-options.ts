import { driverOptionNames, readDriverOption } from '../../project/scalars/driver-options.ts';
import type { NetworkRecord } from '../record/project-record.ts';

export type DriverOptions = {
  /** The name of the interface of the bridge. */
  readonly bridge?: string;
  /** Bytes of the largest packet, of the bridge and of the interfaces on it. */
  readonly mtu?: number;
  /** Whether containers on the network reach each other. */
  readonly icc: boolean;
  /** Whether packets that leave the machine get its address. */
  readonly masquerade: boolean;
  /** The address of the host on which ports are published that name none. */
  readonly hostBinding?: string;
};

/** The options of a network with their defaults. */
export const driverOptions = ({ options = {} }: Pick<NetworkRecord, 'options'>): DriverOptions => {
  const found = Object.entries(driverOptionNames).flatMap(([key, name]) => {
    const parsed = options[name] ? readDriverOption(name, options[name]) : undefined;
    return parsed && 'value' in parsed ? [[key, parsed.value]] : [];
  });
  return { icc: true, masquerade: true, ...Object.fromEntries(found) };
};
