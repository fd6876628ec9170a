import test from 'ava';
import { problems, service, web } from '../support.ts';

test('false by default', (t) => {
  t.false(service(t, web('hostname: a')).tty);
  t.true(service(t, web('tty: true')).tty);
});

test('only true and false', (t) => {
  t.deepEqual(problems(web('tty: {}')), ['error invalid-type 4:10 {}']);
});
