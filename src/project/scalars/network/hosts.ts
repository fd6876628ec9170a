import { isIP } from 'node:net';
import { flaw, type Parsed } from '../flaw.ts';

export type HostLine = { readonly host: string; readonly addresses: readonly string[] };

/** `host=ip` or `host:ip`, with several addresses behind commas; IPv6 with or without brackets. */
export function readHostLine(text: string): Parsed<HostLine> {
  const separator = /[=:]/.exec(text);
  if (!separator)
    return flaw('be a name and an address', 'there is no `=`', 'write for example `db=10.0.0.5`');
  const host = text.slice(0, separator.index);
  const name = readHostKey(host);
  if ('flaw' in name) return name;
  const addresses = text.slice(separator.index + 1).split(',');
  const wrong = addresses.map(readHostAddress).find((parsed) => 'flaw' in parsed);
  if (wrong && 'flaw' in wrong) return wrong;
  return { value: { host, addresses: addresses.map(withoutBrackets) } };
}

/** It becomes one word of /etc/hosts. */
export function readHostKey(host: string): Parsed<string> {
  return /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(host)
    ? { value: host }
    : flaw('have a host name', host === '' ? 'the name is missing' : `\`${host}\` is not one`);
}

/** An address, or `host-gateway` for that of the machine. */
export function readHostAddress(text: string): Parsed<string> {
  const address = withoutBrackets(text);
  if (address === 'host-gateway' || isIP(address)) return { value: address };
  return flaw('have an IP address', `\`${text}\` is not one`, 'write an address, or `host-gateway`');
}

function withoutBrackets(text: string): string {
  return /^\[(.*)\]$/.exec(text)?.[1] ?? text;
}
