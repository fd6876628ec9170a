import test from 'ava';
import { canonicalService, loadText, web } from '../support.ts';

/** Values that are the same as none, written in every form that their keys have. */
const nothing = [
  'privileged: false',
  'read_only: "false"',
  'tty: false',
  'stdin_open: false',
  'oom_kill_disable: false',
  'use_api_socket: false',
  'cpus: 0',
  'cpu_shares: 0',
  'cpu_quota: "0"',
  'pids_limit: 0',
  'mem_limit: 0',
  'mem_reservation: 0b',
  'memswap_limit: 0',
  'shm_size: "0"',
  'oom_score_adj: 0',
  'user: ""',
  'platform: "${NOBODY}"',
  'runtime: "${NOBODY:-}"',
  'ipc: ""',
  'cgroup_parent: ""',
  'ports: []',
  'labels: {}',
  'environment: []',
  'storage_opt: {}',
  'deploy: ',
];

const bare = canonicalService(web('init: true'));

for (const key of nothing)
  test(`${key} is as if it was not there`, (t) => {
    t.deepEqual(canonicalService(web(`init: true\n${key}`)), bare);
  });

/** Values that are false, zero or empty, and say something nevertheless. */
const kept = [
  ['attach', 'false', false],
  ['init', 'false', false],
  ['scale', '0', 0],
  ['stop_grace_period', '0s', '0s'],
  ['environment', '{EMPTY: "", ZERO: 0}', { EMPTY: '', ZERO: '0' }],
  ['labels', '{empty: }', { empty: '' }],
  ['entrypoint', '[]', []],
  ['healthcheck', '{}', {}],
  ['healthcheck', '{retries: 0, disable: false}', { retries: 0 }],
  ['logging', '{}', {}],
  ['logging', '{options: {max-size: ""}}', { options: { 'max-size': '' } }],
  ['develop', '{}', {}],
  ['blkio_config', '{}', {}],
  ['x-note', '{a: false, b: [], c: null}', { a: false, b: [], c: null }],
] as const;

for (const [key, written, canonical] of kept)
  test(`${key}: ${written} is kept`, (t) => {
    t.deepEqual(canonicalService(web(`${key}: ${written}`), { toRun: false })[key], canonical);
  });

test('networks, volumes and the like too', (t) => {
  const text = `services: {a: {command: x, networks: [n], volumes: ["v:/v"], depends_on: {b: {condition: service_started, restart: false, required: false}}}, b: {command: x, network_mode: none}}
networks: {n: {internal: false, attachable: false, driver_opts: {}, labels: [], enable_ipv6: false, name: "${'${NOBODY}'}"}}
volumes: {v: {external: false, labels: {}, name: ""}}
`;
  const { networks, volumes, services } = loadText(text, { toRun: false }).canonical!;
  t.deepEqual(networks as unknown, { n: { enable_ipv6: false, ipam: {} } });
  t.deepEqual(volumes as unknown, { v: {} });
  t.deepEqual(services.a!.depends_on as unknown, { b: { condition: 'service_started', required: false } });
});

// Red without: the test of `required` in without-zeros.ts.
test('keys that their mapping needs are kept: what is printed can be read', (t) => {
  const { ports } = canonicalService(web('ports: [{target: 0}]'), { toRun: false });
  t.deepEqual(ports as unknown, [{ target: 0, mode: 'ingress', protocol: 'tcp' }]);
});

test('a network with an empty name has the default one on this machine', (t) => {
  const { project } = loadText('services: {a: {command: x, networks: [n]}}\nnetworks: {n: {name: ""}}\n');
  t.is(project!.networks.n!.name, 'project_n');
});
