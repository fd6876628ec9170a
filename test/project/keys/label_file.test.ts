import { basename } from 'node:path';
import test from 'ava';
import { findingsIn, loadFolder } from '../folder.ts';
import { problems, web } from '../support.ts';

test('labels from files; those of the service have the last word, then later files', (t) => {
  const { canonical, diagnostics } = loadFolder(t, {
    'compose.yaml': web('label_file: [a.labels, b.labels]\nlabels: {c: own}'),
    'a.labels': 'a=1\nb=1\nc=1\n',
    'b.labels': 'b="2"\n',
  });
  t.deepEqual(diagnostics, []);
  t.deepEqual(canonical!.services.web!.labels, { a: '1', b: '2', c: 'own' });
  t.deepEqual(
    canonical!.services.web!.label_file?.map((file) => basename(file)),
    ['a.labels', 'b.labels'],
  );
});

test('the files are read although the environment is not resolved', (t) => {
  const files = { 'compose.yaml': web('label_file: ./a.labels'), 'a.labels': 'a=1\n' };
  const { canonical } = loadFolder(t, files, { leaveOut: new Set(['env-resolution']) });
  t.deepEqual(canonical!.services.web!.labels, { a: '1' });
});

test('one file alone', (t) => {
  const { canonical } = loadFolder(t, { 'compose.yaml': web('label_file: ./a.labels'), 'a.labels': 'a=1\n' });
  t.deepEqual(canonical!.services.web!.labels, { a: '1' });
});

test('the files of an override add up, and count again', (t) => {
  const { canonical } = loadFolder(t, {
    'compose.yaml': web('label_file: [a.labels]'),
    'compose.override.yaml': 'services: {web: {label_file: [b.labels, a.labels]}}\n',
    'a.labels': 'a=1\n',
    'b.labels': 'a=2\n',
  });
  t.deepEqual(canonical!.services.web!.labels, { a: '1' });
});

test('a file that is not there, and what is no file', (t) => {
  t.deepEqual(findingsIn(loadFolder(t, { 'compose.yaml': web('label_file: none.labels') })), [
    'error no-file compose.yaml 4:17 none.labels',
  ]);
  t.deepEqual(problems(web('label_file: {a: b}')), ['error invalid-type 4:17 {a: b}']);
});

test('a variable in one is a label, and none of the environment', (t) => {
  const files = {
    'compose.yaml': web('label_file: [a.labels, a.labels, b.labels]\nlabels: {own: x}'),
    'a.labels': 'a=1\nb=$a\n',
    'b.labels': 'c=$b\nd=${HOME}\ne=${own}\n',
  };
  const { canonical } = loadFolder(t, files, { environment: { HOME: '/root' } });
  // Red without: the empty `variables`, or `own`, of withLabelFiles.
  t.deepEqual(canonical!.services.web!.labels, { a: '1', b: '1', c: '1', d: '', e: '', own: 'x' });
  t.is(canonical!.services.web!.label_file?.length, 3, 'as in Docker Compose, also twice the same');
});
