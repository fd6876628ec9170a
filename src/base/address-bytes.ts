import { bytesOfAddress } from './ip.ts';

/** The bytes of an IPv4 or IPv6 address, of one with a zone without it. */
export const addressBytes = (address: string): Uint8Array => {
  const bytes = bytesOfAddress(address.split('%')[0]!);
  if (!bytes) throw new TypeError(`${address} is no address`);
  return bytes;
};
