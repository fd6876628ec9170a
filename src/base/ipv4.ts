/** A block of IPv4 addresses: an address as a number, and the length of the prefix in bits. */
export type Subnet = { readonly address: number; readonly prefix: number };

/** Reads dotted decimal into a number. Leading zeros are refused, because some programs read them as octal. */
export function parseAddress(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const bytes = match.slice(1);
  if (bytes.some((byte) => Number(byte) > 255 || (byte.length > 1 && byte.startsWith('0')))) return undefined;
  return bytes.reduce((address, byte) => address * 256 + Number(byte), 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Reads `10.0.0.0/24`. The host bits after the prefix are kept, see `networkOf`. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address, prefix, ...rest] = text.split('/');
  const number = parseAddress(address ?? '');
  if (number === undefined || rest.length > 0 || !/^(\d|[12]\d|3[0-2])$/.test(prefix ?? '')) return undefined;
  return { address: number, prefix: Number(prefix) };
}

export function formatSubnet({ address, prefix }: Subnet): string {
  return `${formatAddress(address)}/${prefix}`;
}

/** The same block with the host bits cleared. */
export function networkOf({ address, prefix }: Subnet): Subnet {
  return { address: address - (address % sizeOf(prefix)), prefix };
}

export function broadcastOf(subnet: Subnet): number {
  return networkOf(subnet).address + sizeOf(subnet.prefix) - 1;
}

export function contains(subnet: Subnet, address: number): boolean {
  return address >= networkOf(subnet).address && address <= broadcastOf(subnet);
}

export function overlaps(a: Subnet, b: Subnet): boolean {
  return networkOf(a).address <= broadcastOf(b) && networkOf(b).address <= broadcastOf(a);
}

/** Whether all of `inner` lies within `outer`. */
export function covers(outer: Subnet, inner: Subnet): boolean {
  return contains(outer, networkOf(inner).address) && contains(outer, broadcastOf(inner));
}

/** The n-th address of the block: 0 is the network address. Undefined beyond the last one. */
export function nthAddress(subnet: Subnet, n: number): number | undefined {
  const address = networkOf(subnet).address + n;
  return n >= 0 && address <= broadcastOf(subnet) ? address : undefined;
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}
