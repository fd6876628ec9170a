import test from 'ava';
import { nameOf } from '../../../src/container/cgroups/hierarchies.ts';
import { pathBelow } from '../../../src/engine/cgroups/exec-doors.ts';
import { V1, V2 } from '../../container/samples.ts';

const MEMBERSHIPS = `12:memory:/given/tscompose/app/app-web-1/container/own
4:cpu,cpuacct:/tscompose/app/app-web-1/container
3:freezer:/
1:name=systemd:/tscompose/app/app-web-10
0::/tscompose/app/app-web-1/container/init
`;

const systemd = { ...V1.hierarchies[0]!, controllers: [], name: 'systemd' };

for (const [hierarchy, below] of [
  [V1.hierarchies[0]!, '/container'],
  [V1.hierarchies[1]!, '/container/own'],
  [V1.hierarchies[2]!, undefined],
  [systemd, undefined],
  [V2.hierarchies[0]!, '/container/init'],
] as const)
  test(`${nameOf(hierarchy)}: PID 1 is in ${below ?? 'no cgroup of the container'}`, (t) => {
    t.is(pathBelow(MEMBERSHIPS, hierarchy, 'tscompose/app/app-web-1'), below);
  });
