import test from 'ava';
import { problems, service, web } from '../support.ts';

test('false by default', (t) => {
  t.false(service(t, web('hostname: a')).stdinOpen);
  t.true(service(t, web('stdin_open: true')).stdinOpen);
});

test('only true and false', (t) => {
  t.deepEqual(problems(web('stdin_open: {}')), ['error invalid-type 4:17 {}']);
});
