import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { titles } from './fake-ava.ts';

// Prints the titles of the tests in some files as JSON, without running any of them.
register('./hooks.ts', import.meta.url);

const found: [file: string, titles: readonly string[]][] = [];
for (const file of process.argv.slice(2)) {
  await import(pathToFileURL(file).href);
  found.push([file, titles.splice(0)]);
}
console.log(JSON.stringify(found));
