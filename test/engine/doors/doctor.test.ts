import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { storeFindings } from '../../../src/engine/doctor/image-findings.ts';
import {
  firewallFindings,
  forwardingFinding,
  ipv6Finding,
  packetFilterFinding,
} from '../../../src/engine/doctor/network-findings.ts';
import { findingOf } from '../../../src/engine/doctor/port-findings.ts';
import {
  controllerFinding,
  deviceFinding,
  filterFinding,
  imageFinding,
  kernelFinding,
  namespaceFinding,
  userFinding,
} from '../../../src/engine/doors/doctor.ts';
import { type CgroupLayout, parseCgroups } from '../../../src/kernel/cgroup.ts';
import { NONE, V1, V2 } from '../../container/samples.ts';

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
  t.is(packetFilterFinding(0).verdict, 'good');
  t.like(packetFilterFinding(95), { verdict: 'limited', found: 'nf_tables: EOPNOTSUPP' });
  t.like(namespaceFinding('UTS', 1), { verdict: 'missing', found: 'EPERM' });
});

test('a host that lets no interface forward, and firewalls in the way, are shown with what to do', (t) => {
  t.like(forwardingFinding(false, true), { verdict: 'good', found: 'by interface' });
  t.like(forwardingFinding(true, true), { verdict: 'good', found: 'of the whole host' });
  t.is(forwardingFinding(true, false).verdict, 'good', 'nothing has to be changed');
  t.is(forwardingFinding(false, false).verdict, 'limited');
  const mine = {
    table: { family: 'inet', name: 'mine' },
    chain: 'pass',
    kind: 'other',
    isOpen: false,
  } as const;
  const docker = {
    ...mine,
    table: { family: 'ip', name: 'filter' },
    chain: 'FORWARD',
    kind: 'docker',
  } as const;
  const [one, two, ...more] = firewallFindings([mine, docker, { ...mine, isOpen: true }]);
  t.like(one, { verdict: 'limited', found: 'inet mine pass drops what the host forwards' });
  t.regex(one!.help!, /nft insert rule inet mine pass iifname "tsc\*" accept/);
  t.is(two!.verdict, 'good');
  t.deepEqual(more, []);
});

test('stores of other engines are shown', (t) => {
  const top = mkdtempSync(join(tmpdir(), 'tscompose-stores-'));
  t.teardown(() => rmSync(top, { recursive: true }));
  const places = {
    docker: join(top, 'docker'),
    podman: join(top, 'podman'),
    containerd: join(top, 'containerd'),
  };
  t.deepEqual(storeFindings(places), []);
  const make = (path: string): void => void mkdirSync(join(top, path), { recursive: true });
  for (const path of ['docker/image/overlay2', 'podman/overlay-images']) make(path);
  t.deepEqual(
    storeFindings(places).map(({ what, verdict }) => [what, verdict]),
    [
      ['images of Docker', 'good'],
      ['images of Podman', 'good'],
    ],
  );
  // As containerd and Docker 29 lay them out.
  for (const root of ['containerd', 'docker/containerd/daemon']) {
    make(`${root}/io.containerd.metadata.v1.bolt`);
    writeFileSync(join(top, root, 'io.containerd.metadata.v1.bolt/meta.db'), '');
    t.like(storeFindings(places).at(-1), { what: 'images of containerd', verdict: 'good' });
    rmSync(join(top, root), { recursive: true });
  }
});

test('IPv6 and published ports are shown with what they lack', (t) => {
  t.like(ipv6Finding(true, true, false), { verdict: 'good', found: 'forwarding by interface' });
  t.like(ipv6Finding(true, false, true), { verdict: 'good' });
  t.regex(ipv6Finding(true, false, false).help!, /6\.17/);
  t.like(ipv6Finding(false, false, false), { verdict: 'limited', found: 'not on this machine' });
  t.is(findingOf({ errnoOfLowPort: 0 }).verdict, 'good');
  t.is(findingOf({ errnoOfLowPort: 98 }).verdict, 'good', 'another program has it');
  t.regex(findingOf({ errnoOfLowPort: 13 }).help!, /CAP_NET_BIND_SERVICE/);
  t.regex(findingOf({ failure: 'EPERM' }).found, /EPERM/);
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
