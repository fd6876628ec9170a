import test from 'ava';
import { controllerFinding, kernelFinding, namespaceFinding, userFinding } from '../../src/engine/doctor.ts';
import { parseCgroups } from '../../src/kernel/cgroup.ts';

test('a kernel that lacks calls is not good enough', (t) => {
  t.is(kernelFinding('5.11.0-generic').verdict, 'missing');
  t.is(kernelFinding('5.12.1').verdict, 'good');
  t.is(kernelFinding('6.1.0-13-amd64').verdict, 'good');
});

test('a user other than root is told what to do', (t) => {
  t.is(userFinding(0).verdict, 'good');
  t.regex(userFinding(1000).help!, /sudo/);
});

test('a namespace that cannot be made is shown with its error', (t) => {
  t.is(namespaceFinding('UTS', 0).verdict, 'good');
  t.like(namespaceFinding('UTS', 1), { verdict: 'missing', found: 'EPERM' });
});

test('a controller is shown with its place, and a limit without one is no obstacle', (t) => {
  const mount = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw';
  const cgroups = parseCgroups(mount, '0::/', () => 'memory pids\n');
  t.like(controllerFinding(cgroups, 'memory', 'memory'), {
    verdict: 'good',
    found: 'cgroup v2 at /sys/fs/cgroup',
  });
  t.like(controllerFinding(cgroups, 'cpu', 'CPU time'), { verdict: 'limited', found: 'no cpu controller' });
});
