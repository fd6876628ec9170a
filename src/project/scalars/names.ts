import { EXPECTED_SIGNAL, nearSignal, parseSignal } from '../../base/signal.ts';
import { flaw, type Parsed } from './flaw.ts';

/** uname(2) holds 64 bytes. */
const longestHostname = 64;

/**
 * RFC 1123: labels of letters, digits and inner hyphens, at most 63 characters each, joined by dots; as in Docker with
 * underscores too, which the kernel does not mind.
 */
export function readHostname(text: string): Parsed<string> {
  if (text.length > longestHostname)
    return flaw(`have at most ${longestHostname} characters`, `this has ${text.length}`);
  const label = text.split('.').find((part) => !/^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(part));
  if (label === undefined) return { value: text };
  return flaw('be a host name', hostnameFault(label));
}

function hostnameFault(label: string): string {
  if (label === '') return 'a part beside a dot is empty';
  if (label.length > 63) return 'a part between two dots has at most 63 characters';
  if (/^-|-$/.test(label)) return `\`${label}\` begins or ends with a hyphen`;
  return 'only letters, digits, hyphens, underscores and dots are allowed';
}

/** A name that others find a service by; it becomes a word of their /etc/hosts. */
export function readAlias(text: string): Parsed<string> {
  if (/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(text) && text.length <= 253) return { value: text };
  return flaw(
    'be a name',
    'expected letters, digits, `_`, `.` and `-`, the first and the last a letter, a digit or `_`',
  );
}

export function readContainerName(text: string): Parsed<string> {
  if (/^[a-z0-9][a-z0-9_.-]+$/i.test(text)) return { value: text };
  return flaw(
    'be a container name',
    'expected letters, digits, `_`, `.` and `-`, two or more, the first a letter or digit',
  );
}

export function readProfile(text: string): Parsed<string> {
  if (/^[a-z0-9][a-z0-9_.-]*$/i.test(text)) return { value: text };
  return flaw(
    'be the name of a profile',
    'expected letters, digits, `_`, `.` and `-`, the first a letter or digit',
  );
}

export function readSignal(value: number | string): Parsed<string> {
  const signal = parseSignal(String(value));
  if (signal) return { value: signal.name };
  const near = nearSignal(String(value));
  return flaw('be a signal', EXPECTED_SIGNAL, near ? `did you mean \`${near}\`?` : undefined);
}

/** A name that becomes part of names on this machine. */
export const resourceName = /^[a-zA-Z0-9._-]+$/;
