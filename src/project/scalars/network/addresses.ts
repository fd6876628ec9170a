import { isIP, isIPv4, isIPv6 } from 'node:net';
import { flaw, type Parsed } from '../flaw.ts';

/** An IPv4 or IPv6 address. */
export function readIp(text: string): Parsed<string> {
  return isIP(text) ? { value: text } : flaw('be an IP address', `\`${text}\` is not one`);
}

export function readIpv4(text: string): Parsed<string> {
  return isIPv4(text)
    ? { value: text }
    : flaw('be an IPv4 address', 'expected four numbers up to 255 with dots');
}

export function readIpv6(text: string): Parsed<string> {
  return isIPv6(text) && !text.includes('%')
    ? { value: text }
    : flaw('be an IPv6 address', 'expected a value such as `fd00::5`');
}

/** A hardware address; the lowest bit of its first byte would make it one of a group. */
export function readMac(text: string): Parsed<string> {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text))
    return flaw('be a MAC address', 'expected six bytes such as `02:42:ac:11:00:02`');
  if (Number.parseInt(text.slice(0, 2), 16) & 1)
    return flaw('be a unicast MAC address', 'an odd first byte marks a multicast address');
  return { value: text };
}

/** The same MAC address in small letters, with colons. */
export function plainMac(text: string): string {
  return text.toLowerCase().replaceAll('-', ':');
}

export function isLoopback(address: string): boolean {
  return /^127\./.test(address) || /^(0{0,4}:)+0{0,3}1$/.test(address);
}
