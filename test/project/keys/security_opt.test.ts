import test, { type ExecutionContext } from 'ava';
import type { SeccompProfile } from '../../../src/project/model/seccomp-profile.ts';
import { findingsIn, loadFolder } from '../folder.ts';
import { problems, service, web } from '../support.ts';

const optionsOf = (t: ExecutionContext, list: string) => service(t, web(`security_opt: [${list}]`));

test('no-new-privileges, in each of its forms; the last one counts', (t) => {
  const of = (list: string) => optionsOf(t, list).noNewPrivileges;
  t.true(of('no-new-privileges'));
  t.true(of('"no-new-privileges:true"'));
  t.true(of('no-new-privileges=true'));
  t.true(of('no-new-privileges=1'));
  t.is(of('"no-new-privileges:false"'), undefined);
  t.is(of('no-new-privileges, "no-new-privileges:false"'), undefined);
});

test('no filter, no masked paths', (t) => {
  t.is(optionsOf(t, 'seccomp=unconfined').seccomp, 'unconfined');
  t.is(optionsOf(t, '"seccomp:unconfined"').seccomp, 'unconfined');
  t.is(optionsOf(t, 'no-new-privileges, seccomp=unconfined').unconfinedFrom, 'services.web.security_opt[1]');
  t.is(optionsOf(t, 'seccomp=unconfined, seccomp=builtin').seccomp, undefined);
  t.is(optionsOf(t, 'no-new-privileges').seccomp, undefined);
  t.true(optionsOf(t, 'systempaths=unconfined').openPaths);
  t.is(optionsOf(t, 'no-new-privileges').openPaths, undefined);
});

test('what happens anyway is no warning, and what does not is one', (t) => {
  const silent =
    '"apparmor:unconfined", apparmor=unconfined, "label:disable", label=disable, "label=user:USER"';
  t.deepEqual(problems(web(`security_opt: [${silent}]`)), []);
  t.deepEqual(problems(web('security_opt: ["apparmor:docker-default", no-new-privileges]')), [
    'warning unsupported-key 4:20 "apparmor:docker-default"',
  ]);
  t.deepEqual(problems(web('security_opt: [writable-cgroups=true, writable-cgroups=false]')), [
    'warning unsupported-key 4:20 writable-cgroups=true',
  ]);
});

test('what is no option is an error', (t) => {
  for (const option of [
    'secomp=unconfined',
    'unconfined',
    'seccomp',
    'seccomp=',
    'no-new-privileges=yes',
    'systempaths=none',
    'apparmor',
  ])
    t.deepEqual(problems(web(`security_opt: ["${option}"]`)), [`error invalid-value 4:20 "${option}"`]);
});

const COMPOSE = 'services:\n  web:\n    command: sleep 1\n    security_opt: ["seccomp=sub/p.json"]\n';

const load = (t: ExecutionContext, profile: string, options = {}) =>
  loadFolder(t, { 'compose.yaml': COMPOSE, 'sub/p.json': profile }, options);

/** What a profile is read as. */
const read = (t: ExecutionContext, profile: unknown): SeccompProfile => {
  const loaded = load(t, typeof profile === 'string' ? profile : JSON.stringify(profile, null, '\t'));
  t.deepEqual(findingsIn(loaded), []);
  return loaded.project!.services.web!.seccomp as SeccompProfile;
};

test('a profile in a file, whose path is relative to the project', (t) => {
  const rules = {
    names: ['socket', 'no_such_call'],
    action: 'SCMP_ACT_ERRNO',
    errnoRet: 97,
    args: [{ index: 0, value: 40, valueTwo: 0, op: 'SCMP_CMP_EQ' }],
    includes: { caps: ['CAP_NET_RAW'], arches: ['amd64'], minKernel: '4.8' },
    excludes: { caps: [], arches: ['s390x'] },
    comment: 'skipped',
  };
  const { comment: _, ...kept } = rules;
  t.deepEqual(
    read(t, {
      defaultAction: 'SCMP_ACT_ALLOW',
      defaultErrnoRet: 1,
      archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: null }],
      flags: ['SECCOMP_FILTER_FLAG_LOG'],
      syscalls: [rules],
    }),
    {
      name: 'p.json',
      defaultAction: 'SCMP_ACT_ALLOW',
      defaultErrnoRet: 1,
      archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: null }],
      flags: ['SECCOMP_FILTER_FLAG_LOG'],
      syscalls: [kept],
    },
  );
});

test('the format of old profiles, and what Go writes for nothing', (t) => {
  const old = {
    defaultAction: 'SCMP_ACT_ERRNO',
    architectures: ['SCMP_ARCH_X86_64'],
    archMap: null,
    syscalls: [{ name: 'read', action: 'SCMP_ACT_ALLOW', args: null, names: null }],
  };
  t.deepEqual(read(t, old), {
    name: 'p.json',
    defaultAction: 'SCMP_ACT_ERRNO',
    architectures: ['SCMP_ARCH_X86_64'],
    syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW' }],
  });
  t.deepEqual(read(t, {}), { name: 'p.json', defaultAction: 'SCMP_ACT_ALLOW', syscalls: [] });
});

test('a number of 64 bits keeps all of its digits', (t) => {
  const profile = read(
    t,
    '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}]}',
  );
  t.is(profile.syscalls[0]!.args![0]!.value, '18446744073709551615');
});

test('what is wrong with a profile is told where it is', (t) => {
  const rule = (text: string) =>
    `{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [\n{"names": ["read"], ${text}}]}`;
  const argument = (index: string, value: string, op: string) =>
    rule(`"action": "SCMP_ACT_ALLOW", "args": [{"index": ${index}, "value": ${value}, "op": ${op}}]`);
  const [both, two] = [
    '[{"architecture": "SCMP_ARCH_ARM"}]',
    '{"names": ["read"], "action": "SCMP_ACT_ALLOW", "name": "x"}',
  ];
  for (const [profile, marked, code = 'invalid-value'] of [
    ['{"defaultAction": "SCMP_ACT_ALOW"}', '"SCMP_ACT_ALOW"'],
    ['{"defaultAction": "SCMP_ACT_NOTIFY"}', '"SCMP_ACT_NOTIFY"'],
    [
      '{"syscalls": [{"names": [], "action": "SCMP_ACT_ALLOW"}]}',
      '[{"names": [], "action": "SCMP_ACT_ALLOW"}]',
    ],
    [`{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86"], "archMap": ${both}}`, both],
    ['{"defaultAction": "SCMP_ACT_ALLOW", "archMap": [{"architecture": "amd64"}]}', '"amd64"'],
    [rule('"action": "ALLOW"'), '"ALLOW"'],
    [rule('"action": "SCMP_ACT_ALLOW", "name": "x"'), two],
    [rule('"errnoRet": 5000, "action": "SCMP_ACT_ERRNO"'), '5000'],
    [argument('6', '1', '"SCMP_CMP_EQ"'), '6'],
    [argument('0', '-1', '"SCMP_CMP_EQ"'), '-1'],
    [argument('0', '1.5', '"SCMP_CMP_EQ"'), '1.5'],
    [argument('0', '18446744073709551616', '"SCMP_CMP_EQ"'), '18446744073709551616'],
    [argument('0', '1', '"EQ"'), '"EQ"'],
    [rule('"action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4"}'), '"4"'],
    ['[]', '[]', 'invalid-type'],
    ['{"defaultAction": }', '}', 'yaml-syntax'],
    ['{"defaultAction": "SCMP_ACT_ALLOW"', '', 'yaml-syntax'],
    ['defaultAction: SCMP_ACT_ALLOW', 'd', 'yaml-syntax'],
    ['', '', 'yaml-syntax'],
  ] as const) {
    const start = marked === '' ? profile.length : profile.indexOf(marked);
    const before = profile.slice(0, start).split('\n');
    const place = `${before.length}:${before.at(-1)!.length + 1}`;
    t.deepEqual(findingsIn(load(t, profile)), [`error ${code} sub/p.json ${place} ${marked}`], profile);
  }
});

test('a profile that is not there is an error of the services that start', (t) => {
  const files = {
    'compose.yaml': `${COMPOSE}  other: {command: sleep 1}\n`,
  };
  const missing = ['error no-file compose.yaml 4:20 "seccomp=sub/p.json"'];
  t.deepEqual(findingsIn(loadFolder(t, files)), missing);
  t.deepEqual(findingsIn(loadFolder(t, files, { toRun: false })), []);
  const others = loadFolder(t, files, { services: ['other'] });
  t.deepEqual(findingsIn(others), []);
  t.deepEqual(others.project!.inactive, ['web']);
});
