import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('false by default', (t) => {
  t.false(service(t, web('tty: true')).readOnly);
  t.true(service(t, web('read_only: true')).readOnly);
});

test('a variable gives text', (t) => {
  t.true(service(t, web('read_only: ${RO}'), { environment: { RO: 'true' } }).readOnly);
});

test('the words of YAML 1.1 work with a warning', (t) => {
  t.deepEqual(problems(web('read_only: yes')), ['warning invalid-value 4:16 yes']);
  t.true(canonicalService(web('read_only: yes')).read_only);
});

test('other words are refused', (t) => {
  t.deepEqual(problems(web('read_only: maybe')), ['error invalid-value 4:16 maybe']);
  t.deepEqual(problems(web('read_only: 1')), ['error invalid-type 4:16 1']);
});
