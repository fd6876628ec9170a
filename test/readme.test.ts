import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { withSupportTables } from '../schema/support-table.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');

test('the tables of Compose keys are what the schemas of the model give', (t) => {
  t.true(readme === withSupportTables(readme), 'the tables are out of date; run `npm run generate`');
});

test('the demo is the example that `npm start` runs', (t) => {
  const example = read('compose.example.yaml').replace(/^#.*\n/gm, '');
  t.is(/```yaml\n([\s\S]*?)```/.exec(readme)?.[1], example);
});

test('every link inside the repository leads somewhere', (t) => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link);
  t.deepEqual(
    links.filter((link) => !existsSync(new URL(`../${link}`, import.meta.url))),
    [],
  );
});
