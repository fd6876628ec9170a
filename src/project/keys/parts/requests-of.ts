import type { CanonicalRequest } from '../../model/canonical.ts';
import type { DeviceRequest } from '../../model/project.ts';
import type { Written } from '../service-key.ts';

/** The requests of a service for devices: those of `deploy`, then those of `gpus`, each in the order of the file. */
export function requestsOf({ name, keys: { gpus, deploy } }: Written): DeviceRequest[] | undefined {
  const below = (path: string, requests: readonly CanonicalRequest[], ...needed: readonly string[]) =>
    requests.map((request, index) => requestOf(request, `services.${name}.${path}[${index}]`, needed));
  const requests = [
    ...below('deploy.resources.reservations.devices', deploy?.resources?.reservations?.devices ?? []),
    ...below('gpus', gpus ?? [], 'gpu'),
  ];
  return requests.length > 0 ? requests : undefined;
}

function requestOf(
  { driver, count, device_ids, capabilities }: CanonicalRequest,
  from: string,
  needed: readonly string[],
): DeviceRequest {
  return {
    ...(driver ? { driver } : {}),
    ...(count === undefined ? {} : { count }),
    ...(device_ids ? { ids: device_ids } : {}),
    capabilities: [...new Set([...needed, ...(capabilities ?? [])])],
    from,
  };
}
