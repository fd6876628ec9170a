import test from 'ava';
import { problems, service, web } from '../support.ts';

test('labels of RFC 1123', (t) => {
  t.is(service(t, web('hostname: web-1.example')).hostname, 'web-1.example');
  t.is(service(t, web('hostname: 1a')).hostname, '1a');
});

test('underscores too', (t) => {
  for (const name of ['book_db', '_a_', 'a_b.c_d']) t.is(service(t, web(`hostname: ${name}`)).hostname, name);
  t.is(service(t, web('domainname: my_domain')).domainname, 'my_domain');
});

for (const name of ['-web', 'web-', 'a..b', 'a.', 'w b', 'ü', `${'a'.repeat(64)}.b`]) {
  test(`${name} is no host name`, (t) => {
    t.deepEqual(problems(web(`hostname: ${name}`)), [`error invalid-value 4:15 ${name}`]);
  });
}
