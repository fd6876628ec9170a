import test from 'ava';
import { problems, service, web } from '../support.ts';

for (const user of ['0', '1000:1000', 'www-data', 'app:staff', '2147483647']) {
  test(`${user} is a user`, (t) => {
    t.is(service(t, web(`user: "${user}"`)).user, user);
  });
}

test('a number need not be in quotes', (t) => {
  t.is(service(t, web('user: 1000')).user, '1000');
});

// CVE-2024-40635: none of these may end up as root.
for (const user of ['4294967296', '2147483648', '-1', ' 0', '1e3', '0x0', '007', '1000:-1', '0:0:0', 'a b']) {
  test(`"${user}" is no user`, (t) => {
    t.deepEqual(problems(web(`user: "${user}"`)), [`error invalid-value 4:11 "${user}"`]);
  });
}

for (const user of ['0x10', '1e3', '0777']) {
  test(`${user} without quotes is no user either`, (t) => {
    t.deepEqual(problems(web(`user: ${user}`)), [`error invalid-value 4:11 ${user}`]);
  });
}

test('an empty text, as of a variable that is not set, is as if it were not there', (t) => {
  t.is(service(t, web('user: ""')).user, undefined);
});
