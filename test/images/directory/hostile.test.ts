import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { shell } from '../../kernel/copy/trees.ts';
import { HOSTILE } from '../archives/hostile.ts';
import { mergedView, onBench } from './layers.ts';

/** Everything that calls could change of what lies outside, the time of the last change included. */
const outsideView = (folder: string): string =>
  shell(
    String.raw`find outside -printf '%p %y %m %U:%G %n %s %T@ %C@ %l\n' | LC_ALL=C sort; cat outside/victim`,
    folder,
  );

// Red without: RESOLVE_IN_ROOT of open-within.ts; the call of forget in layer-writer.ts.
for (const { title, layers, refused, shows } of HOSTILE)
  test(`nothing outside of a layer is touched: ${title}`, (t) =>
    onBench(async ({ folder, extract }) => {
      const outside = join(folder, 'outside');
      mkdirSync(join(outside, 'inner'), { recursive: true });
      writeFileSync(join(outside, 'victim'), 'untouched');
      chmodSync(join(outside, 'victim'), 0o640);
      const before = outsideView(folder);
      const archives = layers(outside);
      if (refused) {
        const error = await t.throwsAsync(() => extract(...archives), { instanceOf: Problem });
        t.is(error?.diagnostics[0]?.code, 'bad-archive');
        t.regex(error?.message ?? '', refused);
      } else {
        const made = await extract(...archives);
        const found = mergedView(made, "find . -mindepth 1 -printf '%P %y%m %l\\n' | LC_ALL=C sort");
        t.is(
          found,
          shows(outside)
            .map((line) => `${line}\n`)
            .join(''),
        );
      }
      t.is(outsideView(folder), before);
      t.deepEqual(shell('find . -name "*.new"', folder), '');
    }));
