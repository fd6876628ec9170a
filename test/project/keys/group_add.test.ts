import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('names and ids of groups', (t) => {
  t.deepEqual(service(t, web('group_add: [mail, 1234]')).groupAdd, ['mail', '1234']);
  t.deepEqual(canonicalService(web('group_add: [1234]')).group_add, ['1234']);
});

test('nothing else', (t) => {
  t.deepEqual(problems(web('group_add: [a:b]')), ['error invalid-value 4:17 a:b']);
  t.deepEqual(problems(web('group_add: mail')), ['error invalid-type 4:16 mail']);
});
