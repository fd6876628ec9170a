import { humanSize } from '../../base/text/human-size.ts';
import { roughly } from '../../base/text/rough-time.ts';
import type { ListedImage } from '../../engine/doors/images/list-images.ts';
import type { Template } from './go-template.ts';
import { table } from './table.ts';
import { templated } from './templated.ts';

export type ImageFormat = 'table' | 'json' | Template;

/** The keys of `imageRow`. */
export const imageFields = [
  ...['Containers', 'CreatedAt', 'CreatedSince', 'Digest', 'ID', 'Platform', 'Repository', 'Size', 'Tag'],
] as const;

/** The lines of `image ls`; columns and keys are those of Docker. An image has a line for each of its names. */
export function imageLines(
  images: readonly ListedImage[],
  format: ImageFormat,
  now: number,
): readonly string[] {
  const rows = images.flatMap((image) => imageRows(image, now));
  if (format === 'json') return rows.map((row) => JSON.stringify(row));
  if (format === 'table')
    return table(
      ['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'],
      rows.map(({ Repository, Tag, ID, CreatedSince, Size }) => [Repository, Tag, ID, CreatedSince, Size]),
    );
  return templated(rows, format);
}

/** `postgres` and `16` of `postgres:16`; Docker writes `<none>` for what a name does not have. */
export function namePartsOf(name: string | undefined): { readonly repository: string; readonly tag: string } {
  if (name === undefined) return { repository: NONE, tag: NONE };
  const [rest = ''] = name.split('@');
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return colon < 0
    ? { repository: rest, tag: NONE }
    : { repository: rest.slice(0, colon), tag: rest.slice(colon + 1) };
}

/** The twelve digits that Docker shows. */
export function shortId(id: string): string {
  return id.slice('sha256:'.length, 'sha256:'.length + 12);
}

/** `2 weeks ago`, of a time as RFC 3339 writes it. */
export function since(time: string, now: number): string {
  const then = Date.parse(time);
  return Number.isNaN(then) ? 'N/A' : `${roughly(Math.max(0, now - then))} ago`;
}

function imageRows(image: ListedImage, now: number) {
  const names = image.names.length > 0 ? image.names : [undefined];
  return names.map((name) => {
    const { repository, tag } = namePartsOf(name);
    return {
      Containers: String(image.uses.length),
      CreatedAt: image.created,
      CreatedSince: since(image.created, now),
      Digest: image.digest,
      ID: shortId(image.id),
      Platform: image.platform,
      Repository: repository,
      Size: humanSize(image.size, 3),
      Tag: tag,
    };
  });
}

const NONE = '<none>';
