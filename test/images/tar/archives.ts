import type { TarEntry } from '../../../src/images/tar/entry.ts';
import { TarParser } from '../../../src/images/tar/parser.ts';

/** A member of an archive as its bytes: a header of ustar, and the content. */
export type Member = {
  readonly name: string;
  readonly type?: string;
  readonly content?: Buffer | string;
  readonly link?: string;
  readonly mode?: number;
  readonly owner?: number;
  readonly time?: number;
  readonly device?: readonly [major: number, minor: number];
  /** Written over the header before its checksum is computed. */
  readonly fields?: readonly (readonly [offset: number, bytes: string])[];
};

export const member = ({ name, type = '0', content = '', link = '', ...rest }: Member): Buffer => {
  const { mode = 0o644, owner = 0, time = 0, device = [0, 0], fields = [] } = rest;
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  const put = (offset: number, text: string): void => void header.write(text, offset, 'latin1');
  const octal = (offset: number, length: number, value: number): void =>
    put(offset, `${value.toString(8).padStart(length - 1, '0')}\0`);
  put(0, name.slice(0, 100));
  octal(100, 8, mode);
  octal(108, 8, owner);
  octal(116, 8, owner);
  octal(124, 12, bytes.length);
  octal(136, 12, time);
  put(156, type);
  put(157, link.slice(0, 100));
  put(257, 'ustar\0' + '00');
  octal(329, 8, device[0]);
  octal(337, 8, device[1]);
  for (const [offset, text] of fields) put(offset, text);
  header.fill(' ', 148, 156);
  octal(
    148,
    7,
    header.reduce((sum, byte) => sum + byte, 0),
  );
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
};

/** An extended header of pax; names and values are latin1. */
export const pax = (records: readonly (readonly [key: string, value: string])[], type = 'x'): Buffer =>
  member({ name: 'PaxHeaders/x', type, content: Buffer.from(records.map(paxRecord).join(''), 'latin1') });

const paxRecord = ([key, value]: readonly [key: string, value: string]): string => {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
};

/** A whole archive. */
export const archive = (...members: readonly Buffer[]): Buffer =>
  Buffer.concat([...members, Buffer.alloc(1024)]);

/** What a parser makes of an archive that comes in pieces of this size. */
export const parsed = (
  bytes: Buffer,
  piece = bytes.length,
): readonly (TarEntry & { readonly content: string })[] => {
  const entries: (TarEntry & { content: string })[] = [];
  let ended = 0;
  const parser = new TarParser({
    entry: (entry) => void entries.push({ ...entry, content: '' }),
    data: (data) => {
      entries.at(-1)!.content += data.toString('latin1');
    },
    end: () => ended++,
  });
  for (let at = 0; at < bytes.length; at += piece) parser.feed(bytes.subarray(at, at + piece));
  parser.finish();
  if (ended !== entries.length) throw new Error(`${ended} of ${entries.length} entries ended`);
  return entries;
};
