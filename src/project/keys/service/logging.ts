import type { CanonicalService } from '../../model/canonical.ts';
import { defaultLogging, type Logging } from '../../model/logging.ts';
import { parsedValue } from '../../scalars/flaw.ts';
import { readLogFiles, readLogSize } from '../../scalars/log-options.ts';
import { child, isNull, type Scalar, type Tree } from '../../tree/tree.ts';
import { mapping, options, orNothing, text } from '../kinds.ts';
import { textOf } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';
import type { Value } from '../value.ts';

const logging = mapping('logging configuration', {
  driver: {
    ...text(),
    description: '`json-file` or `local`, or `none` to keep nothing.',
    inapplicable: 'the output is kept on this machine, as with `local`',
    isHonoured: (driver: Scalar) => isKeptLog(String(driver)) || driver === 'none',
  },
  options: {
    ...options(),
    description: 'Options of the driver: `max-size` and `max-file`; `20m` and 5 by default.',
    keys: {
      compress: { ...ignored('rotated files are not compressed'), honoured: [false] },
      mode: { ...ignored('output is never dropped'), honoured: ['blocking'] },
      'max-buffer-size': ignored('there is no buffer that drops output'),
      ...named(['labels', 'labels-regex', 'env', 'env-regex', 'tag'], 'lines are kept without attributes'),
    },
  },
});

type Written = NonNullable<CanonicalService['logging']>;

export const key: ServiceKey<Written | null> = {
  ...orNothing(logging),
  description: 'Where the output is kept, and how much of it.',
  merge: ofSameDriver,
  model: (written) => ({ logging: written ? modelOf(written) : undefined }),
};

/** Whether this is a driver whose logs Docker can read. */
export function isKeptLog(driver: string | undefined): boolean {
  return !driver || driver === 'json-file' || driver === 'local';
}

/** As in Docker, `json-file` with a size alone has one file. Undefined if nothing is said. */
function modelOf({ driver, options = {} }: Written): Logging | undefined {
  const { 'max-size': size, 'max-file': files } = isKeptLog(driver) ? options : {};
  if (driver !== 'none' && !size && !files) return undefined;
  const isOneFile = size && (driver || 'json-file') === 'json-file';
  return {
    driver: driver === 'none' || driver === 'local' ? driver : 'json-file',
    maxSize: size ? parsedValue(readLogSize(size)) : defaultLogging.maxSize,
    maxFiles: files ? parsedValue(readLogFiles(files)) : isOneFile ? 1 : defaultLogging.maxFiles,
  };
}

function named(names: readonly string[], reason: string): Readonly<Record<string, Value>> {
  return Object.fromEntries(names.map((name) => [name, ignored(reason)]));
}

function ignored(reason: string): Value {
  return { ...text(), inapplicable: reason };
}

/** Options mean something else to another driver. */
function ofSameDriver(base: Tree, override: Tree): Tree | undefined {
  const drivers = [child(base, 'driver'), child(override, 'driver')].filter((driver) => !isNull(driver));
  return new Set(drivers.map(textOf)).size > 1 ? override : undefined;
}
