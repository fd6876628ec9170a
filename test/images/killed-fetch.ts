import { writeSync } from 'node:fs';
import { readReference } from '../../src/base/images/reference.ts';
import { fetchImage } from '../../src/images/fetch/fetch.ts';
import type { Source } from '../../src/images/model/source.ts';
import { layoutDirectory } from '../../src/images/sources/layout-directory.ts';
import { openStore } from '../../src/images/store/store.ts';

/** The process that killed-fetch.test.ts kills: it fetches `app:1`, and says each step and each slice before it. */
const [state = '', layout = '', slice = ''] = process.argv.slice(2);

const say = (line: string): void => void writeSync(1, `${line}\n`);

const sliced = (source: Source): Source => ({
  ...source,
  // As of a registry: what it gave is kept.
  isLocal: false,
  blob: async (descriptor, from) => {
    const { chunks } = await source.blob(descriptor, from);
    return { from, chunks: descriptor.mediaType.includes('layer') ? slices(chunks) : chunks };
  },
});

async function* slices(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += Number(slice)) {
      const part = chunk.subarray(at, at + Number(slice));
      say(`fetched ${part.length}`);
      yield part;
    }
}

const fetchIt = async (): Promise<void> => {
  const read = readReference('app:1');
  if (!('reference' in read)) throw new Error(read.must);
  await fetchImage(openStore(state), sliced(await layoutDirectory(layout)), read.reference, {
    onEvent: ({ phase }) => say(phase),
  });
  say('stored');
};

void fetchIt();
