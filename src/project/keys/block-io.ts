import { flaw, type Parsed } from '../scalars/flaw.ts';
import { integerFrom, readBytes } from '../scalars/numbers.ts';
import { grammar, list, mapping, orNothing, scalar, text } from './fields.ts';

/** How much a service may read from block devices and write to them, and who comes first. */
export function blockIoSchema() {
  return orNothing(
    mapping('block I/O configuration', {
      weight: weight().describe('Weight against other services, from 10 to 1000, 0 for the usual one.'),
      weight_device: list(
        mapping('weight of a device', { path: path(), weight: weight().describe('From 10 to 1000.') }, [
          'path',
          'weight',
        ]),
      ).describe('Weights for single devices.'),
      device_read_bps: rates(bytesPerSecond).describe('Most bytes a second to read from a device.'),
      device_write_bps: rates(bytesPerSecond).describe('Most bytes a second to write to a device.'),
      device_read_iops: rates(operations).describe('Most reads a second from a device.'),
      device_write_iops: rates(operations).describe('Most writes a second to a device.'),
    }),
  );
}

const path = () => grammar(text(), readPath).describe('Device on the host, such as /dev/sda.');
const weight = () => scalar(readWeight);
const bytesPerSecond = () => scalar(readRate(readBytes)).describe('Such as `12mb`.');
const operations = () => scalar(readRate(integerFrom(0))).describe('Operations a second.');
const rates = (rate: () => ReturnType<typeof scalar>) =>
  list(mapping('rate of a device', { path: path(), rate: rate() }, ['path', 'rate']));

function readPath(value: string): Parsed<string> {
  return value.startsWith('/') ? { value } : flaw('be the absolute path of a device', 'such as `/dev/sda`');
}

/** As the engine of Docker: the least and the greatest that the kernel has ever taken. */
function readWeight(value: number | string): Parsed<number> {
  const parsed = integerFrom(0)(value);
  if ('flaw' in parsed || parsed.value === 0 || (parsed.value >= 10 && parsed.value <= 1000)) return parsed;
  return flaw('be from 10 to 1000', '0 stands for the usual weight');
}

/** A rate of nothing is no rate; the kernel takes it for no limit. */
const readRate =
  (read: (value: number | string) => Parsed<number>) =>
  (value: number | string): Parsed<number> => {
    const parsed = read(value);
    return 'flaw' in parsed || parsed.value > 0 ? parsed : flaw('be more than 0');
  };
