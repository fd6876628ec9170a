import test from 'ava';
import { digestOf } from '../../../src/images/model/digest.ts';
import { missingImage } from '../../../src/images/model/missing-image.ts';
import type { Source } from '../../../src/images/model/source.ts';

type Row = {
  readonly tags?: readonly string[];
  readonly which: string;
  readonly shown?: string;
  readonly help: string;
};

const rows: readonly Row[] = [
  { tags: ['1', '2', 'latest'], which: '3.1', shown: '1, 2, latest', help: 'choose another tag' },
  {
    tags: ['15', '16', 'latest'],
    which: 'lates',
    shown: '15, 16, latest',
    help: 'did you mean the tag `latest`?',
  },
  {
    tags: Array.from({ length: 20 }, (_, index) => `${index + 1}.0`),
    which: '19',
    shown: '1.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 19.0, …',
    help: 'choose another tag',
  },
  { tags: [], which: '1', help: 'check the name: the registry has no tag under it' },
  { which: '1', help: 'check the name and the tag' },
  {
    tags: ['1'],
    which: digestOf(Buffer.from('x')),
    help: 'check the digest: registries may remove what no tag names any more',
  },
];

for (const { tags, which, shown, help } of rows)
  test(`the way out where ${which.slice(0, 10)} is missing among ${tags?.length} tags`, async (t) => {
    const source: Source = {
      ...{ name: 'a test', hint: 'short', tags: async () => tags },
      manifest: async () => undefined,
      blob: () => Promise.reject(new Error('no blob')),
    };
    t.deepEqual(await missingImage(source, which), {
      ...{ source: 'a test', notes: ['short'], help },
      ...(shown !== undefined && { facts: [['tags', shown]] }),
    });
  });
