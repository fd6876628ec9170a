import { flaw, type Parsed } from './flaw.ts';

const greatest = 0o7777;

/** Permissions of a file; text is octal, and a number is what YAML read, where `0440` is octal too. */
export function readMode(value: number | string): Parsed<number> {
  if (typeof value === 'number') {
    const isMode = Number.isInteger(value) && value >= 0 && value <= greatest;
    return isMode ? { value } : flaw('be permissions', undefined, 'write them in octal, such as `0440`');
  }
  return /^(0o?)?[0-7]{1,4}$/.test(value)
    ? { value: Number.parseInt(value.replace(/^0o/, ''), 8) }
    : flaw('be permissions in octal', 'expected up to four digits from 0 to 7', 'write for example `0440`');
}

/** As Compose prints them: `0440`. */
export function formatMode(mode: number): string {
  return `0${mode.toString(8)}`;
}
