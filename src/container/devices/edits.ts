import type { MappedDevice } from '../facts.ts';
import type { OciHook, OciMount } from '../oci.ts';

/** The additions of the Container Device Interface to a container. */
export type DeviceEdits = {
  /** Takes precedence over that of the service. */
  readonly environment: Readonly<Record<string, string>>;
  readonly devices: readonly MappedDevice[];
  readonly mounts: readonly OciMount[];
  /** Further groups of the user. */
  readonly groups: readonly number[];
  readonly hooks: readonly OciHook[];
};

export const NO_EDITS: DeviceEdits = { environment: {}, devices: [], mounts: [], groups: [], hooks: [] };
