import { didYouMean } from '../../base/text/typo.ts';
import type { MissingImage } from './refusals.ts';
import type { Source } from './source.ts';

/** What the error that an image is missing says of its source: what it has instead, and the way out. */
export const missingImage = async (
  { name: source, hint, tags }: Source,
  which: string,
  signal?: AbortSignal,
): Promise<MissingImage> => {
  const notes = hint === undefined ? {} : { notes: [hint] };
  if (which.startsWith('sha256:')) return { source, ...notes, help: DIGEST };
  const there = await tags?.(signal);
  if (!there) return { source, ...notes, help: 'check the name and the tag' };
  if (there.length === 0) return { source, ...notes, help: NOTHING };
  const near = didYouMean(which, there);
  const facts = [['tags', nearest(which, there)]] as const;
  return { source, ...notes, facts, help: near ? `did you mean the tag \`${near}\`?` : 'choose another tag' };
};

/** Those that begin as the wanted one does, in the order of the registry. */
const nearest = (which: string, tags: readonly string[]): string => {
  const likest = tags.toSorted((a, b) => commonStart(which, b) - commonStart(which, a)).slice(0, MOST_SHOWN);
  const shown = tags.filter((tag) => likest.includes(tag));
  return `${shown.join(', ')}${tags.length > shown.length ? ', …' : ''}`;
};

const commonStart = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
};

const MOST_SHOWN = 8;
const DIGEST = 'check the digest: registries may remove what no tag names any more';
const NOTHING = 'check the name: the registry has no tag under it';
