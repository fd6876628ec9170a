import { readDeviceRule } from '../scalars/devices.ts';
import { devicesSchema, gpusSchema } from './devices.ts';
import { boolean, grammar, integer, type Keys, list, mapping, number, text } from './fields.ts';

/** What of the machine a service is given, and what only other machines have. */
export function machineKeys(): Keys {
  return {
    cpu_count: () => integer(0),
    cpu_percent: () => number(0, 100),
    credential_spec: credentialSchema,
    device_cgroup_rules: () => list(grammar(text(), readDeviceRule)),
    devices: devicesSchema,
    gpus: gpusSchema,
    isolation: text,
    runtime: text,
    use_api_socket: boolean,
    userns_mode: text,
  };
}

function credentialSchema() {
  return mapping('credential specification', {
    config: text().describe('Config with the specification.'),
    file: text().describe('File with the specification.'),
    registry: text().describe('Value of the Windows registry with the specification.'),
  });
}
