import type { BlockIo } from '../../model/project.ts';
import { flaw, type Parsed } from '../../scalars/flaw.ts';
import { integerFrom, readBytes } from '../../scalars/numbers.ts';
import { list, mapping, orNothing, scalar, text } from '../kinds.ts';
import { asBytes, asInteger, emptyList } from '../long-forms.ts';
import type { ServiceKey } from '../service-key.ts';
import type { Value } from '../value.ts';

type Canonical = {
  readonly weight?: number;
  readonly weight_device?: readonly { readonly path: string; readonly weight: number }[];
} & {
  /** Decimal bytes or operations a second. */
  readonly [limit in BlockRate]?: readonly { readonly path: string; readonly rate: string }[];
};

type BlockRate = 'device_read_bps' | 'device_write_bps' | 'device_read_iops' | 'device_write_iops';

const weight: Value = { ...scalar(readWeight), longForm: asInteger };
const path: Value = { ...text(readPath), description: 'Device on the host, such as /dev/sda.' };
const perSecond: Value = {
  ...scalar(readRate(readBytes)),
  longForm: asBytes,
  description: 'Such as `12mb`.',
};
const operations: Value = {
  ...scalar(readRate(integerFrom(0))),
  longForm: asBytes,
  description: 'Operations a second.',
};

const configuration = mapping('block I/O configuration', {
  weight: {
    ...weight,
    description: 'Weight against other services, from 10 to 1000, 0 for the default.',
  },
  weight_device: {
    ...list(
      mapping('weight of a device', { path, weight: { ...weight, description: 'From 10 to 1000.' } }, [
        'path',
        'weight',
      ]),
    ),
    longForm: emptyList,
    description: 'Weights for single devices.',
  },
  device_read_bps: { ...rates(perSecond), description: 'Most bytes a second to read from a device.' },
  device_write_bps: { ...rates(perSecond), description: 'Most bytes a second to write to a device.' },
  device_read_iops: { ...rates(operations), description: 'Most reads a second from a device.' },
  device_write_iops: { ...rates(operations), description: 'Most writes a second to a device.' },
});

export const key: ServiceKey<Canonical> = {
  ...orNothing(configuration),
  description: 'Weights and limits of block I/O.',
  model: (config, { name }) => ({
    limits: { blockIo: toBlockIo(config, `services.${name}.blkio_config`) },
  }),
};

function rates(rate: Value): Value {
  return { ...list(mapping('rate of a device', { path, rate }, ['path', 'rate'])), longForm: emptyList };
}

function readPath(value: string): Parsed<string> {
  return value.startsWith('/') ? { value } : flaw('be the absolute path of a device', 'such as `/dev/sda`');
}

/** As the engine of Docker: the least and the greatest that the kernel has ever taken. */
function readWeight(value: number | string): Parsed<number> {
  const parsed = integerFrom(0)(value);
  if ('flaw' in parsed || parsed.value === 0 || (parsed.value >= 10 && parsed.value <= 1000)) return parsed;
  return flaw('be from 10 to 1000', '0 is the default weight');
}

/** A rate of nothing is no rate; the kernel takes it for no limit. */
function readRate(read: (value: number | string) => Parsed<number>) {
  return (value: number | string): Parsed<number> => {
    const parsed = read(value);
    return 'flaw' in parsed || parsed.value > 0 ? parsed : flaw('be more than 0');
  };
}

function toBlockIo(config: Canonical, from: string): BlockIo | undefined {
  const weights = (config.weight_device ?? [])
    .map(({ path, weight }, index) => ({
      limit: 'weight_device' as const,
      path,
      value: weight,
      from: `${from}.weight_device[${index}].path`,
    }))
    .filter(({ value }) => value > 0);
  const rates = RATES.flatMap((limit) =>
    (config[limit] ?? []).map(({ path, rate }, index) => ({
      limit,
      path,
      value: Number(rate),
      from: `${from}.${limit}[${index}].path`,
    })),
  );
  const devices = [...weights, ...rates];
  if (!config.weight && devices.length === 0) return undefined;
  return { ...(config.weight && { weight: config.weight }), devices };
}

const RATES: readonly BlockRate[] = [
  'device_read_bps',
  'device_write_bps',
  'device_read_iops',
  'device_write_iops',
];
