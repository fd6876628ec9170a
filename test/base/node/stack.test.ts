import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'ava';
import { buildSync } from 'esbuild';
import { stackOf } from '../../../src/base/node/stack.ts';
import { temporaryDirectory } from '../../temporary.ts';

/** A module that throws in its third line, minified to a single one. */
const failure = (withMap: boolean): unknown => {
  const directory = temporaryDirectory('tscompose-stack-');
  writeFileSync(join(directory, 'source.ts'), FAILING);
  buildSync({
    entryPoints: [join(directory, 'source.ts')],
    outfile: join(directory, 'bundle.js'),
    format: 'cjs',
    minify: true,
    sourcemap: withMap ? 'external' : false,
  });
  try {
    createRequire(import.meta.url)(join(directory, 'bundle.js'));
  } catch (error) {
    return error;
  }
  throw new Error('the module did not throw');
};

const FAILING = `const longName: number = Number('1');
export const unused = longName;
throw new Error(\`wrong: \${longName}\`);
`;

test('a place in a minified bundle is said as the one in its source', (t) => {
  const stack = stackOf(failure(true));
  t.regex(stack, /^Error: wrong: 1\n/);
  t.regex(stack, / at .*\bsource\.ts:3:7\)?\n/);
  t.notRegex(stack, /bundle\.js/);
});

test('without a source map, the place is the one in the bundle', (t) => {
  t.regex(stackOf(failure(false)), /bundle\.js:1:\d+/);
});

test('what was thrown need not be an error', (t) => {
  t.is(stackOf('gone'), 'gone');
  t.is(stackOf(undefined), 'undefined');
});
