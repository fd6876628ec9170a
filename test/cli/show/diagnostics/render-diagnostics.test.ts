import test from 'ava';
import type { Diagnostic } from '../../../../src/base/diagnostic.ts';
import { placeAt } from '../../../../src/base/source.ts';
import { renderDiagnostics } from '../../../../src/cli/show/diagnostics/render-diagnostics.ts';

const text = `services:
  web:
    rootfs: ./rootfs
    enviroment:
      A: 1
    # a comment
    depends_on:
      - api
  api:
    command: "日本 x"
\tb: tab
`;
const file = '/project/compose.yaml';
const other = { file: '/project/compose.override.yaml', text: 'a:\n  b: 1\n' };

function at(part: string, source = { file, text }) {
  const start = source.text.indexOf(part);
  return placeAt(source, start, start + part.length);
}

function render(diagnostic: Partial<Diagnostic>, options: { color?: boolean; width?: number } = {}) {
  const sources = new Map([
    [file, text],
    [other.file, other.text],
  ]);
  const whole: Diagnostic = {
    severity: 'error',
    code: 'invalid-value',
    message: 'it is wrong',
    ...diagnostic,
  };
  return renderDiagnostics([whole], { sources, color: false, width: 80, cwd: '/project', ...options });
}

test('a key is shown below the one that it belongs to', (t) => {
  const message = '`enviroment` is not a key of a service';
  const help = 'did you mean `environment`?';
  t.is(
    render({ code: 'unknown-key', message, help, at: at('enviroment') }),
    `error[unknown-key]: \`enviroment\` is not a key of a service
  --> compose.yaml:4:5
   |
 2 |   web:
 3 |     rootfs: ./rootfs
 4 |     enviroment:
   |     ^^^^^^^^^^
   |
help: did you mean \`environment\`?
`,
  );
});

test('a value is shown by its line, with what the caret says', (t) => {
  t.is(
    render({ at: at('./rootfs'), label: 'nothing is there', severity: 'warning' }),
    `warning[invalid-value]: it is wrong
  --> compose.yaml:3:13
   |
 3 |     rootfs: ./rootfs
   |             ^^^^^^^^ nothing is there
   |
`,
  );
});

test('further places, in this file and in others', (t) => {
  const labels = [
    { at: at('web'), text: 'because of this' },
    { at: at('b: 1', other), text: 'and of that' },
  ];
  t.is(
    render({ at: at('api'), label: 'here', labels }),
    `error[invalid-value]: it is wrong
  --> compose.yaml:8:9
   |
 2 |   web:
   |   ^^^ because of this
  ...
 8 |       - api
   |         ^^^ here
  ::: compose.override.yaml:2:3
   |
 2 |   b: 1
   |   ^^^^ and of that
   |
`,
  );
});

test('facts stand in two columns, notes and help below them', (t) => {
  const facts = [
    ['call', 'clone3(NEWUSER) = EPERM'],
    ['cause', 'a sysctl is 0'],
  ] as const;
  t.is(
    render({ code: 'not-permitted', facts, notes: ['one', 'two'], help: 'run as root' }),
    `error[not-permitted]: it is wrong
   = call:   clone3(NEWUSER) = EPERM
   = cause:  a sysctl is 0
note: one
note: two
help: run as root
`,
  );
});

test('wide characters and tabs keep the caret in its column', (t) => {
  t.regex(render({ at: at('x"') }), /\n10 \| {5}command: "日本 x"\n {3}\| {20}\^\^\n/);
  t.regex(render({ at: at('tab') }), /\n11 \| {5}b: tab\n {3}\| {8}\^\^\^\n/);
});

test('a long line is cut where the caret is not', (t) => {
  const long = { file, text: `key: ${'a '.repeat(60)}here ${'b '.repeat(60)}` };
  const options = { sources: new Map([[file, long.text]]), color: false, width: 60, cwd: '/project' };
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'invalid-value',
    message: 'm',
    at: at('here', long),
  };
  const [, , , line, carets] = renderDiagnostics([diagnostic], options).split('\n');
  t.true(line!.length <= 60);
  t.is(line!.indexOf('here'), carets!.indexOf('^^^^'));
  t.regex(line!, /\| ….*…$/);
});

function renderAll(diagnostics: readonly Partial<Diagnostic>[]): string {
  const whole = diagnostics.map(
    (each): Diagnostic => ({ severity: 'warning', code: 'usage', message: 'm', ...each }),
  );
  const sources = new Map([[file, text]]);
  return renderDiagnostics(whole, { sources, color: false, width: 80, cwd: '/project' });
}

const headingsIn = (rendered: string) => rendered.match(/^(error|warning)\[.*/gm);

test('errors come before warnings, however many warnings there are', (t) => {
  const warnings = Array.from({ length: 27 }, (_, index) => ({ message: `w${index}` }));
  const errors = Array.from({ length: 30 }, (_, index) => ({
    severity: 'error' as const,
    message: `e${index}`,
  }));
  const rendered = renderAll([...warnings, ...errors]);
  t.deepEqual(headingsIn(rendered), [
    ...errors.map(({ message }) => `error[usage]: ${message}`),
    ...warnings.slice(0, 20).map(({ message }) => `warning[usage]: ${message}`),
  ]);
  t.true(rendered.endsWith('\n… and 7 more warnings\n'));
});

test('the same warning for many places is one warning with a count', (t) => {
  const rendered = renderAll([
    { at: at('web') },
    { message: 'other' },
    { at: at('rootfs') },
    { at: at('api'), severity: 'error' },
    { at: at('command') },
  ]);
  t.deepEqual(headingsIn(rendered), ['error[usage]: m', 'warning[usage]: m', 'warning[usage]: other']);
  t.regex(
    rendered,
    /compose.yaml:2:3\n[\s\S]*note: the same in 2 more places: compose.yaml:3:5, compose.yaml:10:5\n/,
  );
});

test('of the same error in thousands of places a hundred are shown', (t) => {
  const rendered = renderAll(Array.from({ length: 5000 }, () => ({ severity: 'error' })));
  t.is(headingsIn(rendered)?.length, 100);
  t.regex(rendered, /note: and 4900 more errors like this one\n$/);
});

test('a line of megabytes is shown where the caret is, at once', (t) => {
  const long = { file, text: `${'日'.repeat(1_000_000)}here${'日'.repeat(1_000_000)}` };
  const options = { sources: new Map([[file, long.text]]), color: false, width: 60, cwd: '/project' };
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'invalid-value',
    message: 'm'.repeat(1_000_000),
    at: at('here', long),
  };
  const [first, , , line] = renderDiagnostics([diagnostic], options).split('\n');
  t.true(first!.length < 600);
  t.regex(line!, /^ 1 \| …日{5,}here日{5,}…$/);
});

test('of the places of a long circle only some are shown', (t) => {
  const labels = Array.from({ length: 5000 }, () => ({ at: at('api'), text: 'needs the next' }));
  const rendered = render({ at: at('api'), labels });
  t.is(rendered.match(/needs the next/g)?.length, 10);
});

test('a file that is not at hand is shown by its place', (t) => {
  const place = { file: '/etc/x.yaml', start: 0, end: 1, line: 3, column: 5 };
  t.is(render({ at: place }), 'error[invalid-value]: it is wrong\n  --> ../etc/x.yaml:3:5\n');
});

test('colours change nothing but colours', (t) => {
  const diagnostic = { at: at('api'), label: 'here', help: 'h' };
  const colored = render(diagnostic, { color: true });
  t.true(colored.includes('\u001b[31m'));
  t.is(colored.replaceAll(/\u001b\[\d+m/g, ''), render(diagnostic));
});

// Red without: printableLines in brief and in renderFact; printable in snippet.ts.
test('nothing that is quoted commands the terminal', (t) => {
  const evil = '\x1b[2J\x9b31m\u202e\x07';
  const source = { file: '/project/evil.yaml', text: `a: ${evil}b\n` };
  const shown = renderDiagnostics(
    [
      {
        ...{
          severity: 'error',
          code: 'invalid-value',
          message: `m${evil}`,
          at: at('b', source),
          label: `l${evil}`,
        },
        ...{ facts: [['call', `f${evil}`]], notes: [`n${evil}\nsecond line`], help: `h${evil}` },
      },
    ],
    { sources: new Map([[source.file, source.text]]), color: false, width: 80, cwd: '/project' },
  );
  t.notRegex(shown, /[^\P{Cc}\n]|\u202e/u);
  t.regex(shown, /^error\[invalid-value\]: m\?\[2J\?31m\?\?\n/);
  t.regex(shown, /\n 1 \| a: \[2J31mb\n {3}\| {10}\^ l/);
  t.regex(shown, /\nnote: n.*\nsecond line\n/);
});

const unset = (name: string, place: string): Partial<Diagnostic> => ({
  code: 'unset-variable',
  message: `\`${name}\` is not set; using an empty string`,
  help: `set it, or write \`\${${name}:-}\` for an empty value`,
  notes: ['looked in the environment'],
  subject: name,
  at: at(place),
});

test('variables that are not set are one warning with all names, one alone keeps its own', (t) => {
  const rendered = renderAll([unset('A', 'web'), { message: 'other' }, unset('LONG_B', 'rootfs')]);
  t.deepEqual(headingsIn(rendered), [
    'warning[unset-variable]: 2 variables are not set; using empty strings',
    'warning[usage]: other',
  ]);
  t.regex(
    rendered,
    /compose.yaml:2:3\n[\s\S]*`A` is the first of them[\s\S]*note: A, LONG_B\nnote: looked in the environment\nhelp: set them/,
  );
  t.deepEqual(headingsIn(renderAll([unset('A', 'web')])), [
    'warning[unset-variable]: `A` is not set; using an empty string',
  ]);
});

test('no name of hundreds of variables is cut, and those after two hundred are counted', (t) => {
  const names = Array.from({ length: 250 }, (_, index) => `SOME_LONG_NAME_OF_A_VARIABLE_${index}`);
  const rendered = renderAll(names.map((name) => unset(name, 'web')));
  t.deepEqual([...new Set(rendered.match(/SOME_\w+/g))], names.slice(0, 200));
  t.true(rendered.includes('note: … and 50 more\n'));
});

test('services that would have to be built are one error with all names', (t) => {
  const unbuilt = (subject: string): Partial<Diagnostic> => ({
    severity: 'error',
    code: 'no-rootfs',
    message: `\`${subject}\` has no root file system`,
    subject,
    at: at(subject),
  });
  const rendered = renderAll([unbuilt('web'), unbuilt('api')]);
  t.deepEqual(headingsIn(rendered), ['error[no-rootfs]: 2 services have no root file system']);
  t.true(rendered.includes('note: web, api\n'));
});
