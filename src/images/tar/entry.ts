/** One entry of a tar archive, as its headers have it: nothing in it is believed. */
export type TarEntry = {
  /** The bytes of the name as latin1, as they are written: `./etc/passwd`. */
  readonly path: string;
  readonly type: TarType;
  /** Permission bits, those of set-uid, set-gid and sticky included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, negative before it. */
  readonly mtime: number;
  /** 0 to 999,999,999, after `mtime`. */
  readonly mtimeNanoseconds: number;
  /** Bytes of a file, holes included; 0 of everything else. */
  readonly size: number;
  /** Target of a link: the bytes as latin1. */
  readonly link: string;
  /** Of a device node. */
  readonly major: number;
  readonly minor: number;
  /** Names and values as they are written: `security.capability`. */
  readonly xattrs: readonly (readonly [name: string, value: Buffer])[];
  /** Where the content begins: bytes from the start of the archive. */
  readonly at: number;
  /** The parts that are no holes, in order; missing if the content is in one piece. */
  readonly data?: readonly { readonly offset: number; readonly size: number }[];
};

export type TarType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';
