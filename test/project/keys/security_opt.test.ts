import test from 'ava';
import { problems, service, web } from '../support.ts';

test('no-new-privileges, in each of its forms; the last one counts', (t) => {
  const of = (list: string) => service(t, web(`security_opt: [${list}]`)).noNewPrivileges;
  t.true(of('no-new-privileges'));
  t.true(of('"no-new-privileges:true"'));
  t.true(of('no-new-privileges=true'));
  t.is(of('"no-new-privileges:false"'), undefined);
  t.is(of('no-new-privileges, "no-new-privileges:false"'), undefined);
});

test('what happens anyway is no warning, and what does not is one', (t) => {
  t.deepEqual(problems(web('security_opt: ["seccomp:unconfined", "label:disable"]')), []);
  t.deepEqual(problems(web('security_opt: ["seccomp:profile.json", no-new-privileges]')), [
    'warning unsupported-key 4:20 "seccomp:profile.json"',
  ]);
});
