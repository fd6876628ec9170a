// Written by `npm run generate`: one key for each file in network/.
import { key as attachableKey } from './network/attachable.ts';
import { key as driverKey } from './network/driver.ts';
import { key as driverOptsKey } from './network/driver_opts.ts';
import { key as enableIpv4Key } from './network/enable_ipv4.ts';
import { key as enableIpv6Key } from './network/enable_ipv6.ts';
import { key as externalKey } from './network/external.ts';
import { key as internalKey } from './network/internal.ts';
import { key as ipamKey } from './network/ipam.ts';
import { key as labelsKey } from './network/labels.ts';
import { key as nameKey } from './network/name.ts';
import type { NetworkKeys } from './network-key.ts';

export const networkKeys: NetworkKeys = {
  attachable: attachableKey,
  driver: driverKey,
  driver_opts: driverOptsKey,
  enable_ipv4: enableIpv4Key,
  enable_ipv6: enableIpv6Key,
  external: externalKey,
  internal: internalKey,
  ipam: ipamKey,
  labels: labelsKey,
  name: nameKey,
};
