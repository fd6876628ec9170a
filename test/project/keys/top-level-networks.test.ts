import test from 'ava';
import { loadText, problems, projectOf, web } from '../support.ts';

const joined = web('networks: [back]');

test('a name of its own, or one with the project', (t) => {
  t.deepEqual(projectOf(t, `${joined}networks: {back: }`).networks.back, {
    key: 'back',
    name: 'project_back',
  });
  t.deepEqual(projectOf(t, `${joined}networks: {back: {name: x}}`).networks.back, { key: 'back', name: 'x' });
});

test('a subnet and a gateway', (t) => {
  const text = `${joined}networks: {back: {ipam: {config: [{subnet: 10.1.0.0/24, gateway: 10.1.0.254}]}}}`;
  const expected = { key: 'back', name: 'project_back', subnet: '10.1.0.0/24', gateway: '10.1.0.254' };
  t.deepEqual(projectOf(t, text).networks.back, expected);
});

test('the driver is bridge', (t) => {
  t.deepEqual(problems(`${joined}networks: {back: {driver: bridge}}`), []);
  t.deepEqual(problems(`${joined}networks: {back: {driver: macvlan}}`), [
    'warning unsupported-key 5:27 macvlan',
  ]);
});

test('an unused network is not created', (t) => {
  t.deepEqual(Object.keys(projectOf(t, `${joined}networks: {back: , spare: }`).networks), ['back']);
});

for (const subnet of [
  '10.1.0.0',
  '10.1.0.5/24',
  '10.1.0.0/33',
  '10.1.0.0/31',
  '300.1.0.0/24',
  'fd00::/129',
  '0.0.0.0/0',
]) {
  test(`${subnet} is no subnet`, (t) => {
    const text = `${joined}networks: {back: {ipam: {config: [{subnet: "${subnet}"}]}}}`;
    t.deepEqual(problems(text), [`error invalid-value 5:44 "${subnet}"`]);
  });
}

test('a block of IPv6 addresses is passed over for now', (t) => {
  const blocks = '[{subnet: "fd00::/64"}, {subnet: 10.1.0.0/24, gateway: 10.1.0.9}]';
  const text = `${joined}networks: {back: {ipam: {config: ${blocks}}}}`;
  t.deepEqual(problems(text), ['warning unsupported-key 5:35 {subnet: "fd00::/64"}']);
  const back = loadText(text).project!.networks.back;
  t.deepEqual(back, { key: 'back', name: 'project_back', subnet: '10.1.0.0/24', gateway: '10.1.0.9' });
});

for (const gateway of ['10.2.0.1', '10.1.0.0', '10.1.0.255']) {
  test(`${gateway} cannot be the gateway of 10.1.0.0/24`, (t) => {
    const text = `${joined}networks: {back: {ipam: {config: [{subnet: 10.1.0.0/24, gateway: ${gateway}}]}}}`;
    t.deepEqual(problems(text), [`error invalid-value 5:66 ${gateway}`]);
  });
}

test('subnets of two networks do not overlap', (t) => {
  const networks = `networks:
  back: {ipam: {config: [{subnet: 10.1.0.0/16}]}}
  front: {ipam: {config: [{subnet: 10.1.5.0/24}]}}
`;
  t.deepEqual(problems(joined + networks), ['error subnet-overlap 7:36 10.1.5.0/24']);
});

test('no two networks have one name', (t) => {
  const text = `${web('networks: [back, front]')}networks: {back: {name: one}, front: {name: one}}`;
  t.deepEqual(problems(text), ['error duplicate-name 5:45 one']);
});

test('a block is one that hosts can have', (t) => {
  for (const subnet of ['224.0.0.0/8', '127.0.0.0/8', '0.0.0.0/8', '240.0.0.0/8'])
    t.deepEqual(problems(`${joined}networks: {back: {ipam: {config: [{subnet: ${subnet}}]}}}`), [
      `error invalid-value 5:44 ${subnet}`,
    ]);
});
