import test from 'ava';
import * as fc from 'fast-check';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { parseDotenv } from '../../../src/project/read/dotenv.ts';
import { anyText, holds } from './property.ts';

function parse(text: string) {
  const diagnostics: Diagnostic[] = [];
  const variables = parseDotenv({ file: '.env', text }, { outer: () => undefined }, diagnostics);
  return { variables, diagnostics };
}

const junk = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom(...'AB=:#"\'\\ \t\n\r$n0', '${', '}', 'export ', ':-'), maxLength: 60 }),
);

test('whatever the text, there is a result, and problems have a place within it', (t) => {
  holds(t, junk, (text) =>
    parse(text).diagnostics.every(
      ({ at, code, severity }) =>
        (severity === 'warning' || code !== 'unset-variable') &&
        at &&
        at.line >= 1 &&
        at.start <= text.length,
    ),
  );
});

const name = fc.string({ unit: fc.constantFrom(...'ABab_.-[]09éЖ'), minLength: 1 });
const value = fc.string({ unit: fc.constantFrom(...'ab "\'\\$#=\n\t{}é'), maxLength: 20 });

const writers: Readonly<Record<string, { readonly can: RegExp; readonly write: (value: string) => string }>> =
  {
    'in double quotes': {
      can: /^/,
      write: (text) => `"${text.replaceAll(/[\\"$]/g, '\\$&').replaceAll('\n', '\\n')}"`,
    },
    'in double quotes over several lines': {
      can: /^/,
      write: (text) => `"${text.replaceAll(/[\\"$]/g, '\\$&')}"`,
    },
    'in single quotes': { can: /^[^\\]*$/, write: (text) => `'${text.replaceAll("'", "\\'")}'` },
    bare: { can: /^([^\s"'$#\\]([^\n$#]*[^\s$#])?)?$/, write: (text) => text },
  };

for (const [how, { can, write }] of Object.entries(writers))
  test(`variables that are written ${how} come back`, (t) => {
    const entries = fc.uniqueArray(
      fc.tuple(
        name,
        value.filter((text) => can.test(text)),
      ),
      {
        selector: ([key]) => key,
      },
    );
    holds(t, entries, (pairs) => {
      const { variables, diagnostics } = parse(
        pairs.map(([key, text]) => `${key}=${write(text)}\n`).join(''),
      );
      return diagnostics.length === 0 && fc.stringify([...variables]) === fc.stringify(pairs);
    });
  });

test('blanks, comments, `export` and the ends of lines on Windows change nothing', (t) => {
  const noise = fc.constantFrom('', '\n', '# A=1\n', '  \n', ' # x\n');
  holds(
    t,
    fc.array(fc.tuple(noise, name, fc.constantFrom('', 'export ', '  ')), { maxLength: 5 }),
    (parts) => {
      const noisy = parts.map(([before, key, prefix]) => `${before}${prefix}${key}=x  # note\r\n`).join('');
      const quiet = parts.map(([, key]) => `${key}=x\n`).join('');
      return fc.stringify([...parse(noisy).variables]) === fc.stringify([...parse(quiet).variables]);
    },
  );
});
