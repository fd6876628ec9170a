import test from 'ava';
import { canonicalService, loadText, problems, service, web } from '../support.ts';

test('with and without the prefix, in any case', (t) => {
  const { capAdd } = service(t, web('user: "1"\ncap_add: [NET_ADMIN, cap_sys_time, ALL]'));
  t.deepEqual(capAdd, ['CAP_NET_ADMIN', 'CAP_SYS_TIME', 'ALL']);
});

test('printed as it is written', (t) => {
  t.deepEqual(canonicalService(web('cap_add: [net_admin]')).cap_add, ['net_admin']);
});

test('a capability that does not exist', (t) => {
  const text = web('cap_add: [NET_ADMN]');
  t.deepEqual(problems(text), ['error invalid-value 4:15 NET_ADMN']);
  t.is(loadText(text).diagnostics[0]!.help, 'did you mean `NET_ADMIN`?');
});
