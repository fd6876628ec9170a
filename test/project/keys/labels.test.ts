import test from 'ava';
import { problems, service, web } from '../support.ts';

test('a list and a mapping mean the same', (t) => {
  const expected = { 'com.example.a': '1', b: '' };
  t.deepEqual(service(t, web('labels: ["com.example.a=1", "b"]')).labels, expected);
  t.deepEqual(service(t, web('labels: {com.example.a: 1, b: }')).labels, expected);
});

test('a name is needed', (t) => {
  t.deepEqual(problems(web('labels: ["=1"]')), ['error invalid-value 4:14 "=1"']);
});
