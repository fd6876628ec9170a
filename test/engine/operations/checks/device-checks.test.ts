import test from 'ava';
import { deviceProblems } from '../../../../src/engine/operations/checks/device-checks.ts';
import type { CgroupLayout } from '../../../../src/kernel/cgroup.ts';
import type { Service } from '../../../../src/project/model/project.ts';
import { NONE, service, V2 } from '../../../container/samples.ts';

/** Severity and place of what is said about one service. */
const said = (changes: Partial<Service>, layout: CgroupLayout = V2, strict = false) => {
  const web = service(changes);
  const project = {
    name: 'app',
    workingDir: '/',
    files: [],
    services: { web },
    inactive: [],
    networks: {},
    volumes: {},
  };
  return deviceProblems(layout, project, strict).map(({ severity, from }) =>
    [severity, from].join(' ').trim(),
  );
};

const device = (source: string) => ({ source, target: source, permissions: 'rwm' });

test('a device of the machine is fine, also through a symbolic link, and a directory with devices', (t) => {
  t.deepEqual(
    said({ devices: [device('/dev/null'), device('/proc/self/root/dev/zero'), device('/dev')] }),
    [],
  );
});

test('paths without a device are errors, each at its place', (t) => {
  const devices = ['/dev/nothing-here', '/sys/kernel', '/proc/version', 'dev/null'].map(device);
  t.deepEqual(
    said({ devices }),
    devices.map((_, index) => `error services.web.devices[${index}]`),
  );
});

test('a device of a specification that the machine does not have is an error', (t) => {
  t.deepEqual(said({ devices: [device('vendor.com/gpu=nowhere')] }), ['error services.web.devices[0]']);
});

test('a rule of type a that looks narrow is a warning', (t) => {
  const deviceRules = ['a 7:* rwm', 'a *:* r', 'a *:* mwr', 'c 7:* r'];
  t.deepEqual(
    said({ deviceRules }),
    [0, 1].map((index) => `warning services.web.device_cgroup_rules[${index}]`),
  );
  t.deepEqual(said({ deviceRules, privileged: true }), []);
});

test('a machine that cannot restrict device nodes is a warning, unless all services are privileged', (t) => {
  t.deepEqual(said({}, NONE), ['warning']);
  t.deepEqual(said({}, NONE, true), ['error']);
  t.deepEqual(said({ privileged: true }, NONE), []);
});
