/** The key of a Compose file whose value a property of the model has: `memorySwap` is `memswap_limit`. */
export function keyOf(property: string): string {
  return renamed[property] ?? property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Properties that are not the camel case of their key. */
const renamed: Readonly<Record<string, string>> = {
  deviceRequests: 'gpus',
  deviceRules: 'device_cgroup_rules',
  blockIo: 'blkio_config',
  memoryReservation: 'mem_reservation',
  memorySwap: 'memswap_limit',
  memorySwappiness: 'mem_swappiness',
  mounts: 'volumes',
  network: 'network_mode',
  pids: 'pids_limit',
};
