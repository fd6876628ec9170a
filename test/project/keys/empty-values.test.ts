import test from 'ava';
import { loadText, projectOf, web } from '../support.ts';

/** Keys whose value may be empty, as where `${NAME:-}` makes them optional. */
const empty = [
  ...[
    'hostname',
    'domainname',
    'working_dir',
    'user',
    'stop_signal',
    'restart',
    'dns',
    'cpuset',
    'network_mode',
  ],
  ...[
    'mac_address',
    'pid',
    'ipc',
    'uts',
    'cgroup',
    'cgroup_parent',
    'userns_mode',
    'platform',
    'runtime',
    'tmpfs',
  ],
  ...['dns_search', 'isolation'],
].map((key) => `${key}: "\${NONE:-}"`);

const emptyItems = ['expose', 'group_add', 'profiles', 'dns', 'tmpfs'].map((key) => `${key}: [""]`);

const emptyParts = [
  'networks: {default: {ipv4_address: "", ipv6_address: "", mac_address: "", aliases: [""], link_local_ips: [""]}}',
  'user: ":"',
  'logging: {driver: ""}',
  'deploy: {mode: "", endpoint_mode: ""}',
];

for (const keys of [...empty, ...emptyItems])
  test(`as if it were not there: ${keys}`, (t) => {
    const { project, diagnostics } = loadText(web(keys));
    t.deepEqual(
      diagnostics.filter(({ code }) => code !== 'unsupported-key'),
      [],
    );
    t.deepEqual(project, loadText(web('')).project);
  });

for (const keys of emptyParts)
  test(`as if it said nothing: ${keys}`, (t) => {
    const { project, diagnostics } = loadText(web(keys));
    t.deepEqual(
      diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    );
    t.deepEqual(project, loadText(web('')).project);
  });

test('an empty value asks for nothing, so nothing is ignored', (t) => {
  t.deepEqual(loadText(web('restart: ""\nnetwork_mode: ""\ndns: ""\nmac_address: ""')).diagnostics, []);
  t.deepEqual(loadText(web('uts: host\nhostname: ""')).diagnostics, []);
});

test('an empty value takes away that of the file below', (t) => {
  const text = `${web('hostname: base\nstop_signal: SIGINT')}---\n${web('hostname: ""\nstop_signal: ""')}`;
  t.deepEqual(loadText(text).project, loadText(web('')).project);
});

test('an empty address is chosen by tscompose', (t) => {
  const ipam = 'ipam: {config: [{subnet: "", gateway: "", ip_range: ""}]}';
  t.deepEqual(projectOf(t, `${web('networks: [n]')}networks: {n: {${ipam}}}\n`).networks.n!.blocks, [{}]);
});

test('of a user, a part may be empty', (t) => {
  const user = (text: string) => loadText(web(`user: "${text}"`)).project!.services.web!.user;
  t.deepEqual(['1000:', ':1000', 'a:'].map(user), ['1000', '0:1000', 'a']);
});
