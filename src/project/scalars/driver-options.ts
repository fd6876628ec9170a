import { isIPv4 } from 'node:net';
import { flaw, type Parsed } from './flaw.ts';

/** Options of Docker's bridge driver, in `driver_opts` of a network. */
export const driverOptionNames = {
  bridge: 'com.docker.network.bridge.name',
  mtu: 'com.docker.network.driver.mtu',
  icc: 'com.docker.network.bridge.enable_icc',
  masquerade: 'com.docker.network.bridge.enable_ip_masquerade',
  hostBinding: 'com.docker.network.bridge.host_binding_ipv4',
} as const;

/** The value of a known option; undefined for others. */
export function readDriverOption(name: string, text: string): Parsed<unknown> | undefined {
  return readers.get(name)?.(text);
}

/** dev_valid_name() of Linux: at most 15 bytes, and no character that a path or a listing gives a meaning. */
export function readInterfaceName(text: string): Parsed<string> {
  if (Buffer.byteLength(text) > 15)
    return flaw('have at most 15 characters', `has ${Buffer.byteLength(text)}`);
  const meaning = TAKEN.get(text);
  if (meaning !== undefined) return flaw('be the name of an interface', meaning, 'choose another name');
  return /^[!-~]+$/.test(text) && !/[/:%]/.test(text)
    ? { value: text }
    : flaw('be the name of an interface', undefined, 'use letters, digits, `-`, `_` and `.`');
}

/** Names that mean something else, in every network namespace or in its /proc/sys/net. */
const TAKEN: ReadonlyMap<string, string> = new Map([
  ['lo', 'the loopback interface has this name'],
  ['all', 'for the kernel it stands for all interfaces'],
  ['default', 'for the kernel it stands for all new interfaces'],
  ['.', 'it is a directory'],
  ['..', 'it is a directory'],
]);

/** strconv.ParseBool of Go. */
export function readFlag(text: string): Parsed<boolean> {
  const isTrue = /^(1|t|true)$/i.test(text);
  return isTrue || /^(0|f|false)$/i.test(text) ? { value: isTrue } : flaw('be true or false');
}

// RFC 791: every host accepts packets of 68 bytes. IFLA_MTU of a bridge is at most 65535.
function readMtu(text: string): Parsed<number> {
  const bytes = Number(text);
  return /^\d+$/.test(text) && bytes >= 68 && bytes <= 65535
    ? { value: bytes }
    : flaw('be a number of bytes', 'expected 68 to 65535');
}

function readAddress(text: string): Parsed<string> {
  return isIPv4(text)
    ? { value: text }
    : flaw('be an IPv4 address', 'expected four numbers up to 255 with dots');
}

const readers: ReadonlyMap<string, (text: string) => Parsed<unknown>> = new Map([
  [driverOptionNames.bridge, readInterfaceName],
  [driverOptionNames.mtu, readMtu],
  [driverOptionNames.icc, readFlag],
  [driverOptionNames.masquerade, readFlag],
  [driverOptionNames.hostBinding, readAddress],
] as [string, (text: string) => Parsed<unknown>][]);
