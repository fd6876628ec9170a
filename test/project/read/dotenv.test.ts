import test from 'ava';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { parseDotenv } from '../../../src/project/read/dotenv.ts';

type Variables = Readonly<Record<string, string>>;

function parse(text: string, outside: Variables = {}, before: Variables = {}) {
  const diagnostics: Diagnostic[] = [];
  const variables = parseDotenv(
    { file: '.env', text },
    { outer: (name) => outside[name], earlier: (name) => before[name] },
    diagnostics,
  );
  const problems = diagnostics.map(({ severity, code, at }) => {
    const prefix = severity === 'warning' && code !== 'unset-variable' ? 'warning ' : '';
    return `${prefix}${code} ${at?.line}:${at?.column}`;
  });
  return { variables: Object.fromEntries(variables), problems };
}

for (const [text, expected] of [
  ['A=1\nB: 2\nexport C=3', { A: '1', B: '2', C: '3' }],
  ['# comment\n\nA=1 # comment\nB=a#b', { A: '1', B: 'a#b' }],
  ['A= spaced out  ', { A: 'spaced out' }],
  ['A=\nB=2', { A: '', B: '2' }],
  ["A='$B \\n it\\'s'", { A: "$B \\n it's" }],
  ['A="x\\ty\\n\\"q\\" \\$B"', { A: 'x\ty\n"q" $B' }],
  ['A="one\ntwo"\nB=2', { A: 'one\ntwo', B: '2' }],
  ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['A=1\nA=2', { A: '2' }],
  ['A=1\nB=${A}2\nC="${B}3${A}"', { A: '1', B: '12', C: '1231' }],
  ['a.b-c[0]=1', { 'a.b-c[0]': '1' }],
  ['OUT\nMISSING', { OUT: 'side' }],
  ['A=${OUT}', { A: 'side' }],
  ['A=#x\nB=\t#x\nC=x# y\nD=x #y\nE= #\nF=', { A: '#x', B: '', C: 'x# y', D: 'x', E: '', F: '' }],
  ['A="x"#y\nB=\'x\' # y\nC="x"  \nD="x"', { A: 'x', B: 'x', C: 'x', D: 'x' }],
  ['A="x" B=\'y\' export C=z', { A: 'x', B: 'y', C: 'z' }],
  ['größe=1\nПуть: 2\nexport 名前=3\n²=4', { größe: '1', Путь: '2', 名前: '3', '²': '4' }],
] as const) {
  test(`${JSON.stringify(text)}`, (t) => {
    t.deepEqual(parse(text, { OUT: 'side' }), { variables: expected, problems: [] });
  });
}

test('a dollar that looks like a variable is a warning, once for each name', (t) => {
  t.deepEqual(parse('A=p$ssword\nB="x$ssword"\nC=${other}\nD=\'$ssword\'\nE=$$ssword\nF=${G:-}'), {
    variables: { A: 'p', B: 'x', C: '', D: '$ssword', E: '$ssword', F: '' },
    problems: ['unset-variable 1:3', 'unset-variable 3:3'],
  });
});

test('the environment has priority over an earlier line', (t) => {
  t.deepEqual(parse('OUT=1\nB=$OUT', { OUT: 'side' }).variables, { OUT: '1', B: 'side' });
});

test('text behind a closing quote is no part of the value, and never dropped without a word', (t) => {
  t.deepEqual(parse('A=\'it\'\'s\'\nB=\'x\' "y"\nC="a"b\nD="a" b # c\nE="one\ntwo";\nF=1'), {
    variables: { A: 'it', B: 'x', C: 'a', D: 'a', E: 'one\ntwo', F: '1' },
    problems: [
      'invalid-value 1:7',
      'invalid-value 2:7',
      'warning invalid-value 3:6',
      'invalid-value 4:7',
      'invalid-value 6:5',
    ],
  });
});

test('a variable is that of the environment, then of the same file, then of an earlier one', (t) => {
  const text = 'A=$X\nX=own\nB=$X\nC=$Y\nY=own\nD=$Y\nE=$Z\nF=$W\nZ\nX';
  const [outer, earlier] = [
    { Y: 'outer', W: 'outer' },
    { X: 'earlier', Y: 'earlier', Z: 'earlier' },
  ];
  const values = parse(text, outer, earlier).variables;
  t.deepEqual(values, {
    A: 'earlier',
    X: 'earlier',
    B: 'own',
    C: 'outer',
    Y: 'own',
    D: 'outer',
    E: 'earlier',
    F: 'outer',
    Z: 'earlier',
  });
});

test('what is no assignment is reported with its place, and the rest is read', (t) => {
  t.deepEqual(parse('A=1\n  not a line\nB=2'), {
    variables: { A: '1', B: '2' },
    problems: ['invalid-value 2:3'],
  });
});

test('a quote that is never closed', (t) => {
  t.deepEqual(parse('A="1\nB=2').problems, ['invalid-value 1:3']);
});

test('a variable that is required, and what is no variable', (t) => {
  t.deepEqual(parse('A=${B:?set it}\nC="${"\nD=$B\nE=\'${\'').problems, [
    'invalid-value 1:3',
    'invalid-value 2:3',
    'unset-variable 3:3',
  ]);
});
