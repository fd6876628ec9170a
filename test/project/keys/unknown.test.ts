import test from 'ava';
import { loadText, problems, web } from '../support.ts';

test('a key that does not exist, with the one that was meant', (t) => {
  const text = web('enviroment: {}');
  t.deepEqual(problems(text), ['error unknown-key 4:5 enviroment']);
  t.like(loadText(text).diagnostics[0], {
    message: '`enviroment` is not a key of a service',
    help: 'did you mean `environment`?',
  });
});

test('no guess where nothing is near', (t) => {
  t.is(loadText(web('colour: red')).diagnostics[0]!.help, undefined);
});

test('keys of every mapping are checked', (t) => {
  t.deepEqual(
    problems(`nmae: x\n${web('ulimits: {nofile: {soft: 1, hard: 2, firm: 3}}')}networks: {a: {subnet: x}}\n`),
    ['error unknown-key 1:1 nmae', 'error unknown-key 5:42 firm', 'error unknown-key 6:16 subnet'],
  );
});

test('extensions are allowed in every mapping', (t) => {
  const text = `x-a: 1\n${web('x-b: 1\nulimits: {nofile: {soft: 1, hard: 2, x-c: 1}}')}networks: {a: {x-d: 1}}\n`;
  t.deepEqual(problems(text), []);
  t.is(loadText(text).canonical!['x-a'], 1);
  t.is(loadText(text).canonical!.services.web!['x-b'], 1);
});

test('a key of the specification that is not supported is a warning, an error when strict', (t) => {
  const text = web('deploy: {mode: global}\npre_stop: [{command: x}]');
  t.deepEqual(problems(text), [
    'warning unsupported-key 4:20 global',
    'warning unsupported-key 5:5 pre_stop',
  ]);
  t.deepEqual(problems(text, { strict: true }), [
    'error unsupported-key 4:20 global',
    'error unsupported-key 5:5 pre_stop',
  ]);
  t.is(loadText(text, { strict: true }).project, undefined);
});

test('a key of another system is told as such', (t) => {
  const { diagnostics } = loadText(web('isolation: hyperv'));
  t.deepEqual(
    diagnostics.map(({ code, message }) => [code, message]),
    [['unsupported-key', '`isolation` has no effect on Linux']],
  );
});

test('what is empty, or says what happens anyway, is no warning', (t) => {
  t.deepEqual(
    problems(web('deploy: {mode: replicated}\nports: []\nscale: 1\ninit: false\nhealthcheck:')),
    [],
  );
});

test('what an override replaces or takes away is no warning', (t) => {
  const text = `${web('deploy: {mode: global}\nports: [80]')}---\nservices: {web: {deploy: {mode: replicated}, ports: !reset }}\n`;
  t.deepEqual(problems(text), []);
});

test('version is obsolete', (t) => {
  t.deepEqual(problems(`version: "3"\n${web('tty: true')}`), ['warning obsolete-key 1:1 version']);
});

test('three mistakes are three places in one run', (t) => {
  t.deepEqual(problems(web('memory: much\nhostnam: a\nnetworks: [nowhere]')), [
    'error invalid-value 4:13 much',
    'error unknown-key 5:5 hostnam',
    'error unknown-network 6:16 nowhere',
  ]);
});

test('a wrong service is reported once, and not as missing', (t) => {
  t.deepEqual(problems(`${web('depends_on: [db]')}  db: text\n`), ['error invalid-type 5:7 text']);
});

test('names of services', (t) => {
  t.deepEqual(problems('services: {"a b": {command: x}}\n'), ['error invalid-value 1:12 "a b"']);
});

test('a word that every object of JavaScript has is a word like any other', (t) => {
  t.deepEqual(problems(web('constructor: 1\ndepends_on: {web2: {toString: 1}}')), [
    'error unknown-key 4:5 constructor',
    'error unknown-service 5:18 web2',
    'error unknown-key 5:25 toString',
  ]);
  t.deepEqual(problems(web('read_only: constructor')), ['error invalid-value 4:16 constructor']);
  t.deepEqual(problems(web('tmpfs: /t:constructor')), ['error invalid-value 4:12 /t:constructor']);
  t.deepEqual(problems(web('links: [constructor]')), ['error unknown-service 4:13 constructor']);
});
