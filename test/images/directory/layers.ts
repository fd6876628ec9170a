import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractLayer } from '../../../src/images/directory/extract.ts';
import { inPlace, shell } from '../../kernel/copy/trees.ts';

/** A directory with archives, and with what lies outside of the layers. */
export type Bench = {
  readonly folder: string;
  /** Extracts archives over each other, the lowest first: the directories, the uppermost first. */
  readonly extract: (...archives: readonly Buffer[]) => Promise<readonly string[]>;
};

export const onBench = (use: (bench: Bench) => Promise<void>, above?: string): Promise<void> =>
  inPlace(({ folder }) => {
    let count = 0;
    const extract: Bench['extract'] = async (...archives) => {
      let below: readonly string[] = [];
      for (const bytes of archives) {
        const directory = join(folder, `layer-${++count}`);
        writeFileSync(`${directory}.tar`, bytes);
        await extractLayer({ archive: `${directory}.tar`, directory, below });
        below = [directory, ...below];
      }
      return below;
    };
    return use({ folder, extract });
  }, above);

/** What is seen of a tree: types, modes, owners, sizes, names of a file, times, targets, contents and attributes. */
export const viewOf = (directory: string): string => shell(VIEW, directory);

/** The same of layers that lie over each other, the uppermost first, as overlayfs shows them. */
export const mergedView = (layers: readonly string[], command = VIEW): string => {
  const lower = layers.map((path) => path.replaceAll(':', '\\:')).join(':');
  // An overlay without an upper directory needs two layers.
  return shell(
    `mkdir -p merged empty; unshare -m sh -ec 'mount -t overlay -o "lowerdir=${lower}:$PWD/empty" x merged; cd merged; ${command.replaceAll("'", "'\\''")}'`,
    join(layers[0]!, '..'),
  );
};

const VIEW = [
  String.raw`find . -printf '%P\0%y %m %U:%G %n %T@ %l\n' | LC_ALL=C sort`,
  String.raw`find . -type f -printf '%P\0%s\n' | LC_ALL=C sort`,
  "tar -c --format=posix --pax-option=delete=ctime,delete=atime,exthdr.name=x --sort=name --xattrs --xattrs-include='*' . | sha256sum",
].join('; ');
