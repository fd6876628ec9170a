/** The records of an extended header, POSIX.1-2024 pax: `27 mtime=1700000000.123456789\n`. */

/** Keywords as latin1; of a keyword that comes several times, the last value counts. */
export type PaxRecords = Map<string, Buffer>;

/**
 * Adds the records to `into`; `sparse` gets the pairs of offset and size that GNU tar writes as records of their own
 * (format 0.0).
 * @returns what is wrong with them: the end of a sentence about the header
 */
export const readPax = (bytes: Buffer, into: PaxRecords, sparse: number[]): string | undefined => {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 ? '' : bytes.toString('latin1', at, Math.min(space, at + 8));
    const end = /^[0-9]+$/.test(digits) ? at + Number(digits) : 0;
    if (end <= space || end > bytes.length || bytes[end - 1] !== 0x0a)
      return 'has a record of a wrong length';
    const equals = bytes.indexOf(0x3d, space);
    if (equals < 0 || equals >= end) return 'has a record without `=`';
    const key = bytes.toString('latin1', space + 1, equals);
    const value = Buffer.from(bytes.subarray(equals + 1, end - 1));
    if (key.includes('\0') || (!key.startsWith(XATTR) && value.includes(0))) return 'has a NUL in a record';
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') {
      const number = decimal(value);
      if (number === undefined) return 'has a map of holes that is none';
      sparse.push(number);
    } else into.set(key, value);
    at = end;
  }
  return undefined;
};

/** Extended attributes of Linux, with their name behind the prefix. */
export const XATTR = 'SCHILY.xattr.';

/** A number that is not negative; undefined of anything else, and of what is no safe integer. */
export const decimal = (value: Buffer): number | undefined => {
  const text = value.toString('latin1');
  if (!/^[0-9]{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
};

/** `-1.5` is half a second after the second -2. */
export const paxTime = (value: Buffer): readonly [seconds: number, nanoseconds: number] | undefined => {
  const match = /^(-?)([0-9]{1,15})(?:\.([0-9]*))?$/.exec(value.toString('latin1'));
  if (!match) return undefined;
  const [, minus, whole = '', fraction = ''] = match;
  const seconds = Number(whole);
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, '0'));
  if (!minus) return [seconds, nanoseconds];
  return nanoseconds === 0 ? [-seconds, 0] : [-seconds - 1, 1e9 - nanoseconds];
};
