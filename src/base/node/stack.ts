import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/**
 * An error with its stack. Places in a minified bundle become those of its sources, `src/project/load.ts:12:3`, with the
 * source map beside the bundle.
 */
export const stackOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const maps = new Map<string, SourceMap | undefined>();
  return (error.stack ?? String(error)).replaceAll(
    PLACE,
    (place, file: string, line: string, column: string) => {
      if (!maps.has(file)) maps.set(file, sourceMap(`${file}.map`));
      const found = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (!found || !('originalSource' in found)) return place;
      const { originalSource, originalLine, originalColumn } = found;
      return `${originalSource.replace(/^(\.\.\/)+/, '')}:${originalLine + 1}:${originalColumn + 1}`;
    },
  );
};

/** Lines and columns count from one here, and from zero in source maps. */
const PLACE = /(\/[^\s():]+\.js):(\d+):(\d+)/g;

const sourceMap = (path: string): SourceMap | undefined => {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
};
