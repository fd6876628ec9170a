import { existsSync } from 'node:fs';
import { type Diagnostic, Problem } from '../../../base/diagnostic.ts';
import { familiarText, type Reference, readReference } from '../../../base/images/reference.ts';
import { fetchImage } from '../../../images/fetch/fetch.ts';
import type { FetchEvent } from '../../../images/fetch/fetch-layers.ts';
import type { ListedSource } from '../../../images/sources/layout.ts';
import { openArchive } from '../../../images/sources/open-archive.ts';
import { noFile } from '../../../images/sources/refusals.ts';
import { openStore } from '../../../images/store/store.ts';
import { stateDirectory } from '../../directories/project-paths.ts';
import { invalidName, severalImages } from '../../images/refusals.ts';
import { requireRoot } from '../../supervisor/require-root.ts';

export type LoadOptions = {
  /** The name of the only image of an archive, instead of its own. */
  readonly tag?: string | undefined;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: FetchEvent) => void;
  readonly onWarning?: (warning: Diagnostic) => void;
};

export type Loaded = {
  readonly id: string;
  /** As Docker shows it; missing for an image without a name. */
  readonly name: string | undefined;
};

/** Brings the images of an archive or a directory into the store. */
export const loadImages = async (
  input: string | NodeJS.ReadStream,
  { tag, ...options }: LoadOptions,
): Promise<readonly Loaded[]> => {
  requireRoot();
  const store = openStore(stateDirectory());
  const { source, close } = await openArchive(store, input, options.signal);
  try {
    const loaded: Loaded[] = [];
    for (const { which, reference } of namedImages(source, tag)) {
      const image = await fetchImage(store, source, reference, { ...options, which });
      loaded.push({ id: image.id, name: reference && familiarText(reference) });
    }
    return loaded;
  } finally {
    await close();
  }
};

/** Throws a Problem where there is no such file. */
export const requireArchive = (path: string): void => {
  if (!existsSync(path)) throw noFile(path);
};

/** The images of an archive with their names. Throws a Problem with all names that are none. */
const namedImages = (
  { name, offered }: ListedSource,
  tag: string | undefined,
): readonly { readonly which: string; readonly reference: Reference | undefined }[] => {
  const all = [...new Set(offered.map(({ which }) => which))];
  if (tag !== undefined && all.length > 1) throw new Problem(severalImages(name, tag, offered));
  const problems: Diagnostic[] = [];
  const referenceIn = (text: string): Reference | undefined => {
    const read = readReference(text);
    if ('reference' in read) return read.reference;
    problems.push(invalidName(text, read));
    return undefined;
  };
  const given = tag === undefined ? offered : all.map((which) => ({ which, name: tag }));
  const wanted = new Map(given.map((each) => [`${each.which} ${each.name}`, each])).values();
  const images = [...wanted].map(({ which, name: text }) => ({
    which,
    reference: text === undefined ? undefined : referenceIn(text),
  }));
  if (problems.length > 0) throw new Problem(...problems);
  return images;
};
