import test from 'ava';
import { filtersOf, processFacts } from '../../../src/engine/isolation/process-facts.ts';

const status = ({ uid = '0\t0\t0\t0', bounding = 'a80425fb', effective = 'a80425fb', seccomp = 2 } = {}) =>
  `Name:\tweb
Uid:\t${uid}
Gid:\t5\t5\t5\t5
CapInh:\t0000000000000000
CapPrm:\t00000000${effective}
CapEff:\t00000000${effective}
CapBnd:\t00000000${bounding}
CapAmb:\t0000000000000000
NoNewPrivs:\t1
Seccomp:\t2
Seccomp_filters:\t${seccomp}
`;

const same = '         0          0 4294967295\n';
const facts = (text: string, map = same, filters = 0) =>
  processFacts(text, { uid: map, gid: map }, { filters });

test('Docker’s capabilities are neither extra nor dropped', (t) => {
  const { capabilities, noNewPrivileges } = facts(status());
  t.is(capabilities.held.length, 14);
  t.deepEqual([capabilities.extra, capabilities.dropped], [[], []]);
  t.true(noNewPrivileges);
});

test('a capability in any set counts, also where the effective set is empty', (t) => {
  const { capabilities } = facts(status({ bounding: 'a82425fa', effective: '00000000' }));
  t.deepEqual(capabilities.extra, ['CAP_SYS_ADMIN']);
  t.deepEqual(capabilities.dropped, ['CAP_CHOWN']);
  t.deepEqual(facts(status({ bounding: '00000000', effective: '00200000' })).capabilities.held, [
    'CAP_SYS_ADMIN',
  ]);
});

test('filters of the host do not count, and kernels without a count have one in mode 2', (t) => {
  t.is(facts(status({ seccomp: 3 }), same, 2).filters, 1);
  t.is(facts(status({ seccomp: 1 }), same, 1).filters, 0);
  t.is(filtersOf('Seccomp:\t2\n'), 1);
  t.is(filtersOf('Seccomp:\t0\n'), 0);
});

test('a user namespace gives other ids inside; root is root in any of the four ids', (t) => {
  const mapped = '0 100000 65536\n';
  t.deepEqual(facts(status({ uid: '100007\t100007\t100007\t100007' }), mapped).user, {
    uid: 7,
    gid: 65534,
    hostUid: 100007,
    hostGid: 5,
  });
  t.is(facts(status({ uid: '1000\t1000\t0\t1000' })).user.hostUid, 0);
});
