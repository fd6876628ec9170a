// Written by `npm run generate`: one key for each file in volume/.
import type { Keys } from './value.ts';
import { key as driverKey } from './volume/driver.ts';
import { key as driverOptsKey } from './volume/driver_opts.ts';
import { key as externalKey } from './volume/external.ts';
import { key as labelsKey } from './volume/labels.ts';
import { key as nameKey } from './volume/name.ts';

export const volumeKeys: Keys = {
  driver: driverKey,
  driver_opts: driverOptsKey,
  external: externalKey,
  labels: labelsKey,
  name: nameKey,
};
