import test from 'ava';
import * as fc from 'fast-check';
import { formatBytes, parseBytes } from '../../../src/base/text/bytes.ts';
import { formatDuration, parseDuration } from '../../../src/base/text/duration.ts';
import { readCapability } from '../../../src/project/scalars/capability.ts';
import { readCount, readDevice } from '../../../src/project/scalars/devices.ts';
import type { Parsed } from '../../../src/project/scalars/flaw.ts';
import { formatMode, readMode } from '../../../src/project/scalars/mode.ts';
import { readTmpfs, readVolume } from '../../../src/project/scalars/mounts.ts';
import { readSignal } from '../../../src/project/scalars/names.ts';
import { readIp, readMac } from '../../../src/project/scalars/network/addresses.ts';
import { readHostLine } from '../../../src/project/scalars/network/hosts.ts';
import {
  readExposed,
  readPorts,
  readPublished,
  readTarget,
} from '../../../src/project/scalars/network/ports.ts';
import { readBlock } from '../../../src/project/scalars/network/subnet.ts';
import {
  integerFrom,
  readBoolean,
  readBytes,
  readCpus,
  readDuration,
  readMemory,
  readNumber,
} from '../../../src/project/scalars/numbers.ts';
import { readPullPolicy } from '../../../src/project/scalars/pull-policy.ts';
import { splitCommand } from '../../../src/project/scalars/shell-words.ts';
import { readSysctlName } from '../../../src/project/scalars/sysctl.ts';
import { readGroup, readId, readUser } from '../../../src/project/scalars/user.ts';
import { anyText, holds } from './property.ts';

type Read = (value: never) => Parsed<unknown>;

const ofNumbersAndTexts: Readonly<Record<string, Read>> = {
  readBytes,
  readMemory,
  readDuration,
  readCpus,
  readMode,
  readPorts,
  readExposed,
  readPublished,
  readTarget,
  readUser,
  readGroup,
  readId,
  readCount,
  readNumber: readNumber(0, 100),
  integerFrom: integerFrom(-1),
};
const ofTexts: Readonly<Record<string, Read>> = {
  readBoolean,
  readIp,
  readMac,
  readCapability,
  readDevice,
  readHostLine,
  readVolume,
  readTmpfs,
  readSignal,
  readPullPolicy,
  splitCommand,
  readBlock,
  readSysctlName,
};

/** Made of what the grammars are made of, so that it is often nearly right. */
const text = fc.oneof(
  anyText,
  fc.string({
    unit: fc.constantFrom(...'0179.:-/,=[]%aksmKg \\"\'+~_', '::1', '10.0.0.1', 'tcp', 'size', '99999'),
  }),
);
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, 1e300, 2 ** 53, 0.1 + 0.2));

for (const [name, read] of Object.entries(ofTexts))
  test(`${name} reads or refuses any text`, (t) => {
    holds(t, text, (value) => isAnswer(read(value as never)));
  });

for (const [name, read] of Object.entries(ofNumbersAndTexts))
  test(`${name} reads or refuses any text and number`, (t) => {
    holds(t, fc.oneof(text, number), (value) => isAnswer(read(value as never)));
  });

function isAnswer(parsed: Parsed<unknown>): boolean {
  return 'value' in parsed ? parsed.value !== undefined : parsed.flaw.must !== '';
}

test('a size is the same after it is printed', (t) => {
  holds(t, fc.maxSafeNat(), (bytes) => parseBytes(formatBytes(bytes)) === bytes);
});

test('what is read as a size is a whole number that can be printed', (t) => {
  holds(t, text, (value) => {
    const parsed = readBytes(value);
    if ('flaw' in parsed || parsed.value < 0) return true;
    return Number.isSafeInteger(parsed.value) && parseBytes(formatBytes(parsed.value)) === parsed.value;
  });
});

test('a duration is the same after it is printed, to the nanosecond', (t) => {
  const nanoseconds = fc.oneof(
    fc.maxSafeNat().map((n) => n % 9e14),
    fc.nat({ max: 2_000_000 }),
  );
  holds(t, nanoseconds, (count) => {
    const printed = formatDuration(count / 1e6);
    return formatDuration(parseDuration(printed)!) === printed;
  });
});

test('what is read as a duration prints into one', (t) => {
  const unit = fc.constantFrom('ns', 'us', 'µs', 'ms', 's', 'm', 'h', 'd', 'w');
  const part = fc.tuple(fc.nat({ max: 1000 }), fc.option(fc.nat({ max: 999 })), unit);
  holds(t, fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
    const written = parts
      .map(([whole, rest, sign]) => `${whole}${rest === null ? '' : `.${rest}`}${sign}`)
      .join('');
    const parsed = readDuration(written);
    if ('flaw' in parsed) return false;
    // Beyond a hundred days a number has no room for nanoseconds.
    if (parsed.value > 8.64e9) return true;
    const printed = formatDuration(parsed.value);
    return formatDuration(parseDuration(printed)!) === printed;
  });
});

test('permissions are the same after they are printed', (t) => {
  holds(t, fc.nat({ max: 0o7777 }), (mode) => valueIn(readMode(formatMode(mode))) === mode);
});

test('a number of CPUs is the same after it is printed', (t) => {
  holds(
    t,
    fc.nat({ max: 1_000_000 }).map((n) => n / 100),
    (cpus) => valueIn(readCpus(String(cpus))) === cpus,
  );
});

test('ports come out as they are put together', (t) => {
  const port = fc.integer({ min: 1, max: 65_000 });
  const address = fc.constantFrom(undefined, '127.0.0.1', '0.0.0.0', '::1', 'fd00::5');
  const samples = fc.record({
    address,
    published: port,
    target: port,
    more: fc.nat({ max: 20 }),
    protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
  });
  holds(t, samples, ({ address: ip, published, target, more, protocol }) => {
    const range = (first: number) => (more === 0 ? `${first}` : `${first}-${first + more}`);
    const front = ip === undefined ? '' : ip.includes(':') ? `[${ip}]:` : `${ip}:`;
    const read = valueIn(readPorts(`${front}${range(published)}:${range(target)}/${protocol}`));
    const expected = Array.from({ length: more + 1 }, (_, index) => ({
      ...(ip !== undefined && { host_ip: ip }),
      protocol,
      target: target + index,
      published: String(published + index),
    }));
    return fc.stringify(sorted(read?.each())) === fc.stringify(sorted(expected));
  });
});

test('words in single quotes are split into themselves', (t) => {
  const word = fc.string({ unit: 'grapheme' });
  holds(t, fc.array(word), (words) => {
    const line = words.map((each) => `'${each.replaceAll("'", `'"'"'`)}'`).join(' ');
    return fc.stringify(valueIn(splitCommand(line))) === fc.stringify(words);
  });
});

test('the short form of a volume comes out as it is put together', (t) => {
  const segment = fc
    .string({ unit: fc.constantFrom(...'abc-_. '), minLength: 1 })
    .filter((part) => !/^\.+$/.test(part));
  const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
  const options = fc.subarray(['ro', 'nocopy', 'z', 'cached', 'rshared']);
  const unknown = fc.subarray(['U', 'nosuid', 'size=1']);
  holds(t, fc.tuple(path, path, options, unknown), ([source, target, chosen, others]) => {
    const all = [...others, ...chosen];
    const end = all.length > 0 ? `:${all.join(',')}` : '';
    const read = valueIn(readVolume(`${source}:${target}${end}`));
    return fc.stringify(read) === fc.stringify({ source, target, options: chosen, unknown: others });
  });
});

function valueIn<T>(parsed: Parsed<T>): T | undefined {
  return 'value' in parsed ? parsed.value : undefined;
}

function sorted(ports: readonly object[] | undefined) {
  return ports?.map((port) => Object.fromEntries(Object.entries(port).sort()));
}
