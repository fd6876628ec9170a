/** A file of an archive that is being written. */
export type NewFile = {
  /** From the top of the archive. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Its content from the first byte on. */
  readonly open: () => AsyncIterable<Buffer>;
};

/** A file of which everything is in memory. */
export const smallFile = (path: string, content: Buffer | string): NewFile => {
  const bytes = Buffer.from(content);
  return {
    path,
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
};
