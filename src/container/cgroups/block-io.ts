import type { BlockDeviceKey } from '../../project/model/project.ts';
import type { OciBlockIo, OciRate } from '../oci.ts';
import type { LimitFile } from './limits.ts';

/**
 * The limits of block devices as writes to the files of a new cgroup. A weight is written for each I/O scheduler of the
 * kernel. Source: cgroup-v1/blkio-controller.rst, cgroup-v2.rst, block/bfq-iosched.rst of Linux.
 */
export const blockIoFiles = (blockIo: OciBlockIo | undefined, version: 1 | 2): readonly LimitFile[] => {
  if (!blockIo) return [];
  const { weight, weightDevice } = blockIo;
  return [
    ...(weight === undefined
      ? []
      : WEIGHTS[version].map(([file, scaled]) => ({ ...written('weight', file, scaled(weight)), ...RARE }))),
    ...weightDevice.flatMap(({ major, minor, weight }) =>
      WEIGHTS[version].map(([file, scaled]) => ({
        ...written(
          'weight_device',
          file.replace('weight', DEVICE_SUFFIX[version]),
          `${major}:${minor} ${scaled(weight)}`,
        ),
        ...RARE,
        // A device with another I/O scheduler has no weights.
        tolerate: 'EOPNOTSUPP' as const,
      })),
    ),
    ...RATES.flatMap(([limit, list, file, key]) =>
      blockIo[list].map(({ major, minor, rate }) =>
        version === 1
          ? written(limit, file, `${major}:${minor} ${rate}`)
          : written(limit, 'io.max', `${major}:${minor} ${key}=${rate}`),
      ),
    ),
  ];
};

const written = (limit: BlockDeviceKey | 'weight', file: string, value: number | string): LimitFile => ({
  controller: file.startsWith('io.') ? 'io' : 'blkio',
  file,
  value: String(value),
  from: 'blockIo',
  key: `blkio_config.${limit}`,
  ifMissing: 'error',
});

const RARE = { ifMissing: 'warning' } as const;

/** Converts 10 to 1000 of version 1 into 1 to 10000 of version 2, as runc does. */
const ioWeight = (weight: number): number => 1 + Math.floor(((weight - 10) * 9999) / 990);
const same = (weight: number): number => weight;

const WEIGHTS = {
  1: [
    ['blkio.weight', same],
    ['blkio.bfq.weight', same],
  ],
  2: [
    ['io.weight', ioWeight],
    ['io.bfq.weight', same],
  ],
} as const;

/** Version 2 has the weights of devices in the same file as the default weight, version 1 in a file of their own. */
const DEVICE_SUFFIX = { 1: 'weight_device', 2: 'weight' } as const;

type Rates = { [Key in keyof OciBlockIo]-?: readonly OciRate[] extends OciBlockIo[Key] ? Key : never };

const RATES: readonly (readonly [BlockDeviceKey, Rates[keyof Rates], file: string, key: string])[] = [
  ['device_read_bps', 'throttleReadBpsDevice', 'blkio.throttle.read_bps_device', 'rbps'],
  ['device_write_bps', 'throttleWriteBpsDevice', 'blkio.throttle.write_bps_device', 'wbps'],
  ['device_read_iops', 'throttleReadIOPSDevice', 'blkio.throttle.read_iops_device', 'riops'],
  ['device_write_iops', 'throttleWriteIOPSDevice', 'blkio.throttle.write_iops_device', 'wiops'],
];
