import { flaw, type Parsed } from '../flaw.ts';

/**
 * A name of a network on this machine, as in Docker. Its bridge has the alias `tscompose/.networks/<name>`, and those have
 * at most 255 bytes.
 */
export function readNetworkName(text: string): Parsed<string> {
  if (text.length > LONGEST) return flaw(`have at most ${LONGEST} characters`, `this has ${text.length}`);
  if (/^[a-z0-9][a-z0-9_.-]*$/i.test(text)) return { value: text };
  return flaw(
    'be the name of a network',
    'expected letters, digits, `_`, `.` and `-`, the first a letter or digit',
  );
}

const LONGEST = 255 - 'tscompose/.networks/'.length;
