import test from 'ava';
import { DEFAULT_DEVICE_RULES, DEFAULT_DEVICES } from '../../../src/container/defaults.ts';
import { deviceNodes, deviceRules } from '../../../src/container/devices/of-service.ts';
import { rulesOf, rulesText } from '../../../src/container/devices/rules.ts';
import type { MappedDevice } from '../../../src/container/facts.ts';
import { container, facts } from '../samples.ts';

const fuse: MappedDevice = {
  path: '/dev/x',
  type: 'c',
  major: 10,
  minor: 229,
  fileMode: 0o600,
  uid: 0,
  gid: 44,
  permissions: 'r',
};

/** What rules have beyond the default ones. */
const beyond = (...given: Parameters<typeof deviceRules>): string =>
  rulesText(rulesOf(deviceRules(...given))).replace(rulesText(rulesOf(DEFAULT_DEVICE_RULES)), '');

const cases: readonly (readonly [
  mapped: readonly MappedDevice[],
  written: readonly string[],
  beyond: string,
])[] = [
  [[], [], ''],
  [[fuse], [], ', c 10:229 r'],
  [[fuse, { ...fuse, path: '/dev/y', permissions: 'wm' }], [], ', c 10:229 rwm'],
  [[], ['b 7:* rmw', 'c *:3 r'], ', b 7:* rwm, c *:3 r'],
  [[fuse], ['c 10:229 w'], ', c 10:229 rw'],
  [[fuse], ['a 7:* r'], 'allow all'],
];

for (const [mapped, written, more] of cases)
  test(`rules of ${mapped.length} devices and ${JSON.stringify(written)}`, (t) => {
    t.is(beyond(mapped, written), more);
  });

test('services without devices share the rules and the nodes, and so the steps', (t) => {
  t.is(deviceRules([]), DEFAULT_DEVICE_RULES);
  t.is(deviceNodes(DEFAULT_DEVICES, []), DEFAULT_DEVICES);
});

test('of several nodes for one path the last is made', (t) => {
  const nodes = deviceNodes(DEFAULT_DEVICES, [{ ...fuse, path: '/dev/null' }, fuse, { ...fuse, minor: 1 }]);
  t.deepEqual(
    nodes.map(({ path, major, minor }) => `${path} ${major}:${minor}`),
    ['null 10:229', 'zero 1:5', 'full 1:7', 'random 1:8', 'urandom 1:9', 'tty 5:0', 'x 10:1'].map(
      (text) => `/dev/${text}`,
    ),
  );
});

test('privileged: every device may be used, and those of the file stand beside those of the host', (t) => {
  const described = container({ privileged: true }, { facts: facts({ devices: [fuse] }) });
  const { devices, resources } = described.config.linux;
  t.deepEqual(
    devices.map(({ path }) => path),
    ['/dev/x'],
  );
  t.deepEqual(resources.devices, [{ allow: true, type: 'a', access: 'rwm' }]);
});
