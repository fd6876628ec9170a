import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('text is split at blanks', (t) => {
  t.deepEqual(service(t, web('command: echo "a b" \'c d\' e\\ f')).command, ['echo', 'a b', 'c d', 'e f']);
});

test('a list stays as it is', (t) => {
  t.deepEqual(service(t, web('command: ["sh", "-c", "a | b"]')).command, ['sh', '-c', 'a | b']);
});

test('quoted shell characters belong to the word', (t) => {
  t.deepEqual(service(t, web(`command: sh -c "a | b; c > d"`)).command, ['sh', '-c', 'a | b; c > d']);
});

test('what a shell would replace is plain text, as in Docker', (t) => {
  const words = (text: string) => service(t, web(`command: '${text}'`)).command;
  t.deepEqual(words('echo $$(id)'), ['echo', '$(id)']);
  t.deepEqual(words('echo a$$(id -u; "x")b `date | cat` c'), [
    'echo',
    'a$(id -u; "x")b',
    '`date | cat`',
    'c',
  ]);
  t.deepEqual(words('echo "$$(id)" $$HOME'), ['echo', '$(id)', '$HOME']);
});

for (const text of ['a $$(b', 'a `b', 'a ) b', 'a (b)'])
  test(`${text} is refused`, (t) => {
    t.deepEqual(problems(web(`command: '${text}'`)), [`error invalid-value 3:14 '${text}'`]);
  });

for (const character of [';', '|', '&', '<', '>', '(', '`']) {
  test(`an unquoted ${character} is refused, not cut off`, (t) => {
    t.deepEqual(problems(web(`command: 'a ${character} b'`)), [
      `error invalid-value 3:14 'a ${character} b'`,
    ]);
  });
}

test('an open quote is refused', (t) => {
  t.deepEqual(problems(web(`command: echo "a`)), ['error invalid-value 3:14 echo "a']);
});

test('a number is no command', (t) => {
  t.deepEqual(problems(web('command: 5')), ['error invalid-type 3:14 5']);
});

test('a service without command and entrypoint has nothing to run', (t) => {
  t.deepEqual(problems('services:\n  web:\n    hostname: a\n'), ['error no-command 2:3 web']);
  t.deepEqual(problems('services:\n  web:\n    command: []\n'), ['error no-command 2:3 web']);
});

test('the canonical form always has command and entrypoint', (t) => {
  const { command, entrypoint } = canonicalService(web('command: sleep 1'));
  t.deepEqual({ command, entrypoint }, { command: ['sleep', '1'], entrypoint: null });
});
