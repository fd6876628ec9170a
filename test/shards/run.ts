import { register } from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesOf } from './files.ts';

/** Declares the tests of a shard's files in this process. */
export async function run(shard: string): Promise<void> {
  process.env.TEST_SHARD = basename(shard, '.ts');
  register('./hooks.ts', import.meta.url);
  // One module that imports all: ava begins as soon as what declared the first test has been executed.
  const record = new URL('./record.ts', import.meta.url).href;
  const modules = [record, ...filesOf(shard).map((file) => pathToFileURL(file).href)];
  const lines = modules.map((module) => `import ${JSON.stringify(module)};`);
  await import(`data:text/javascript,${encodeURIComponent(lines.join('\n'))}`);
}
