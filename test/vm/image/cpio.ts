/** A file of an archive that Linux unpacks into its first root; without content it is a directory. */
export type Entry = { readonly path: string; readonly mode: number; readonly content?: Buffer };

/** Documentation/driver-api/early-userspace/buffer-format.rst of Linux: the `newc` format of cpio. */
export function cpio(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries, TRAILER].flatMap((entry, index) => record(entry, index + 1)));
}

const TRAILER: Entry = { path: 'TRAILER!!!', mode: 0, content: Buffer.alloc(0) };

function record({ path, mode, content = Buffer.alloc(0) }: Entry, inode: number): readonly Buffer[] {
  const name = Buffer.from(`${path}\0`);
  const [user, group, links, time] = [0, 0, 1, 0];
  const [major, minor, deviceMajor, deviceMinor, check] = [0, 0, 0, 0, 0];
  const fields = [inode, mode, user, group, links, time, content.length];
  const rest = [major, minor, deviceMajor, deviceMinor, name.length, check];
  const header = `070701${[...fields, ...rest].map((n) => n.toString(16).padStart(8, '0')).join('')}`;
  return [padded(Buffer.concat([Buffer.from(header), name])), padded(content)];
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

export const file = (path: string, content: Buffer | string, mode = 0o755): Entry => ({
  path,
  mode: 0o100000 | mode,
  content: Buffer.from(content),
});

export const directory = (path: string): Entry => ({ path, mode: 0o040755 });
