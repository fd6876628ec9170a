import test from 'ava';
import {
  controllerFinding,
  deviceFinding,
  filterFinding,
  imageFinding,
  kernelFinding,
  namespaceFinding,
  userFinding,
} from '../../src/engine/doctor.ts';
import { type CgroupLayout, parseCgroups } from '../../src/kernel/cgroup.ts';
import { NONE, V1, V2 } from '../container/samples.ts';

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

test('device nodes are restricted by a program, by files, or not at all', (t) => {
  const found = (layout: CgroupLayout, errno: number) => deviceFinding(layout, () => errno).verdict;
  t.is(found(V2, 0), 'good');
  t.is(found(V2, 1), 'missing');
  t.is(found(V1, 1), 'limited', 'it has no controller for devices');
  t.is(found({ mode: 'v1', hierarchies: [{ ...V1.hierarchies[0]!, controllers: ['devices'] }] }, 1), 'good');
  t.is(found(NONE, 0), 'limited');
});

test('a kernel without filters of system calls starts no service with one', (t) => {
  t.is(filterFinding('kill_process kill_thread trap errno user_notif trace log allow\n').verdict, 'good');
  t.is(filterFinding(undefined).verdict, 'missing');
});

test('the kind of root that images get is shown, and why it is no better one', (t) => {
  const reasons = [['erofs', 'since 6.12 (fsconfig: ENOTBLK)']] as const;
  const all = ['erofs', 'erofs-loop', 'directory'] as const;
  t.deepEqual(imageFinding({ kind: 'erofs', isForced: false, working: all, reasons: [] }), {
    what: 'images',
    verdict: 'good',
    found: 'EROFS on the archives of the layers',
  });
  t.deepEqual(imageFinding({ kind: 'erofs-loop', isForced: false, working: all.slice(1), reasons }), {
    what: 'images',
    verdict: 'good',
    found: 'EROFS through loop devices',
    help: 'no EROFS on the archives of the layers: since 6.12 (fsconfig: ENOTBLK)',
  });
  t.is(
    imageFinding({ kind: 'directory', isForced: false, working: all.slice(2), reasons }).verdict,
    'limited',
  );
  t.like(imageFinding({ kind: 'directory', isForced: true, working: all, reasons: [] }), {
    verdict: 'good',
    found: 'a directory for each layer, as TSCOMPOSE_ROOT_KIND forces',
  });
});
