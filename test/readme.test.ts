import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { withSupportTables } from '../schema/support-table.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');

test('the tables of Compose keys are what the schemas of the model give', (t) => {
  const page = read('schema/README.md');
  t.true(page === withSupportTables(page), 'the tables are out of date; run `npm run generate`');
});

test('the demo is the example that `npm start` runs', (t) => {
  const example = read('compose.example.yaml').replace(/^#.*\n/gm, '');
  t.is(/```yaml\n([\s\S]*?)```/.exec(readme)?.[1], example);
});

test('the README stays short enough to be read', (t) => {
  t.true(readme.split('\n').length <= 300);
});

const pages = ['README.md', ...['src', 'schema', 'test', 'examples'].flatMap(pagesIn)];

for (const page of pages) {
  test(`every link of ${page} inside the repository leads somewhere`, (t) => {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link);
    const missing = links.filter(
      (link) => !existsSync(new URL(`../${join(dirname(page), link)}`, import.meta.url)),
    );
    t.deepEqual(missing, []);
  });
}

function pagesIn(folder: string): string[] {
  const names = readdirSync(new URL(`../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('README.md')).map((name) => join(folder, name));
}
