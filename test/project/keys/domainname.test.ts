import test from 'ava';
import { problems, service, web } from '../support.ts';

test('a name with dots', (t) => {
  t.is(service(t, web('domainname: example.org')).domainname, 'example.org');
});

test('the rules of a host name', (t) => {
  t.deepEqual(problems(web('domainname: exa+mple')), ['error invalid-value 4:17 exa+mple']);
});
