import { Problem } from '../../base/diagnostic.ts';

/** An archive that cannot be read, or that has what no file system can have. */
export class ArchiveError extends Problem {
  /** Bytes from the start of the archive to the header that is refused. */
  readonly offset: number;

  /** @param reason the end of a sentence about the archive: `ends within the content of \`etc/passwd\`` */
  constructor(reason: string, offset: number) {
    super({
      severity: 'error',
      code: 'bad-archive',
      message: `the archive ${reason}`,
      facts: [['offset', `${offset} bytes`]],
    });
    this.name = 'ArchiveError';
    this.offset = offset;
  }
}

/** A name from an archive in backticks, for a message: control characters escaped, and cut off where it is long. */
export const quoted = (name: string): string => {
  const text = Buffer.from(name.slice(0, LONGEST), 'latin1').toString();
  const shown = text.replace(
    /[\0-\x1f\x7f-\x9f`]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `\`${shown}${name.length > LONGEST ? '…' : ''}\``;
};

const LONGEST = 100;
