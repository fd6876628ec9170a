import * as z from 'zod';
import { readCount, readDevice, readPermissions } from '../scalars/devices.ts';
import { flaw } from '../scalars/flaw.ts';
import { grammar, list, mapping, options, scalar, text, texts } from './fields.ts';

/** Builds the schema of `devices`. */
export function devicesSchema() {
  const device = mapping(
    'device',
    {
      source: text().describe('Path on the host, or a name of the container device interface.'),
      target: text().describe('Path in the container, the same by default.'),
      permissions: grammar(text(), readPermissions).describe('Of `r`, `w` and `m`; all three by default.'),
    },
    ['source'],
  );
  return list(z.union([grammar(text(), readDevice), device]));
}

/** Builds the schema of `gpus`: all, or requests. */
export function gpusSchema() {
  return z.union([grammar(text(), readAll), z.array(requestSchema()), z.null()]);
}

function readAll(value: string) {
  return value === 'all' ? { value } : flaw('be `all` or a list of requests');
}

/** Builds the schema of a request for devices: what they can do, and how many or which. */
export function requestSchema(required: readonly string[] = []) {
  return mapping(
    'device request',
    {
      capabilities: texts().describe('What the devices can do, such as `gpu`.'),
      driver: text().describe('Driver of the devices, such as `nvidia`.'),
      count: scalar(readCount).describe('How many devices, or `all`.'),
      device_ids: texts().describe('Which devices; excludes `count`.'),
      options: options().describe('Options of the driver.'),
    },
    required,
  );
}
