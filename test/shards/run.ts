import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Declares the tests of many files in this process. */
export async function run(files: readonly string[]): Promise<void> {
  register('./hooks.ts', import.meta.url);
  // One module that imports all: ava begins as soon as what declared the first test has been executed.
  const lines = files.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};`);
  await import(`data:text/javascript,${encodeURIComponent(lines.join('\n'))}`);
}
