import { Problem } from '../../base/diagnostic.ts';
import type { ArchiveError } from '../tar/refusal.ts';

export const noFile = (path: string): Problem =>
  new Problem({ severity: 'error', code: 'no-file', message: `file not found: ${path}` });

/** Of an archive as a whole: what a source gives is another matter. */
export const noArchive = ({ diagnostics }: ArchiveError, name: string): Problem =>
  new Problem(
    ...diagnostics.map(({ facts = [], ...each }) => ({
      ...{ ...each, facts: [['from', name] as const, ...facts] },
      help: 'check the file: it is to be an archive of `docker save`, of a layout of OCI or of a root directory, plain or compressed',
    })),
  );

export const noLayout = (directory: string): Problem =>
  new Problem({
    severity: 'error',
    code: 'bad-archive',
    message: 'the directory holds no images: there is no index.json in it',
    facts: [['from', directory]],
    help: `\`tar -C ${directory} -c . | tscompose load\` makes an image of its files`,
  });
