import { register } from 'node:module';
import { basename } from 'node:path';
import { bundleTests } from './bundle.ts';
import { filesOf } from './files.ts';

/** Declares the tests of a shard's files in this process. */
export async function run(shard: string): Promise<void> {
  const name = basename(shard, '.ts');
  process.env.TEST_SHARD = name;
  register('./as-it-is.ts', import.meta.url);
  process.setSourceMapsEnabled(true);
  await import(await bundleTests(name, filesOf(shard)));
}
