import { flaw, type Parsed } from '../flaw.ts';

/** A domain to search, or `.` for none. It becomes a word of /etc/resolv.conf. */
export function readSearchDomain(text: string): Parsed<string> {
  return isWord(text) ? { value: text } : flaw('be a domain', 'expected one word, such as `example.org`');
}

/** An option of resolv.conf(5). */
export function readResolverOption(text: string): Parsed<string> {
  return isWord(text)
    ? { value: text }
    : flaw('be an option of resolv.conf(5)', 'expected one word, such as `ndots:2`');
}

const isWord = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);
