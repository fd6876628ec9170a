import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { hostStatus, namespaceOf } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';

type Found = {
  readonly service: string;
  readonly source: string;
  readonly pid: number;
  readonly namespaces: Readonly<Record<string, { readonly kind: string; readonly with?: readonly string[] }>>;
  readonly capabilities: { readonly held: readonly string[]; readonly extra: readonly string[] };
  readonly seccompFilters: number;
  readonly noNewPrivileges: boolean;
  readonly user: { readonly uid: number; readonly hostUid: number };
  readonly devices: { readonly access: string; readonly beyond: readonly { readonly name: string }[] };
  readonly hostMounts: readonly {
    readonly target: string;
    readonly source: string;
    readonly isWritable: boolean;
  }[];
  readonly exceptions: readonly { readonly pid: number; readonly command: string }[];
  readonly open: readonly {
    readonly rule: string;
    readonly subject: string;
    readonly by: string;
    readonly line?: number;
    readonly pid?: number;
  }[];
  readonly differences: readonly { readonly facet: string; readonly since: string }[];
};

const look = async (project: Project, ...services: readonly string[]): Promise<readonly Found[]> =>
  (
    JSON.parse(await project.ok('isolation', '--format', 'json', ...services)) as {
      containers: readonly Found[];
    }
  ).containers;

const yaml = (more = '') => `services:
  plain:
    command: [sleep, "1000"]
    stop_grace_period: 0s
    ${more}
  open:
    command: [sleep, "1000"]
    stop_grace_period: 0s
    cap_add: [NET_ADMIN]
    pid: host
    ipc: "service:plain"
    volumes:
      - ./data:/data
      - ./data:/in:ro
  user:
    command: [sleep, "1000"]
    stop_grace_period: 0s
    user: "1000"
    tty: true
    uts: host
    volumes: [./data:/data]
    security_opt:
      - no-new-privileges
      - seccomp=unconfined
  device:
    command: [sleep, "1000"]
    stop_grace_period: 0s
    devices: ["/dev/kmsg:/dev/log:w"]
    device_cgroup_rules: ["c 188:* rw"]
  all:
    command: [sleep, "1000"]
    stop_grace_period: 0s
    privileged: true
`;

needs('nsenter')(
  'isolation shows what /proc and the file systems show, and the line that opened it',
  async (t, project) => {
    project.write('data/file', 'x');
    project.compose(yaml());
    await project.up();
    const found = await look(project);
    t.deepEqual(
      found.map(({ service, source }) => [service, source]),
      ['plain', 'open', 'user', 'device', 'all'].map((service) => [service, 'kernel']),
    );
    for (const one of found) {
      t.is(one.pid, (await project.container(one.service)).Pid);
      namespacesAgree(t, one);
      processAgrees(t, one);
      mountsAgree(t, one);
      if (one.user.uid === 0) await devicesAgree(t, project, one);
      t.deepEqual([one.differences, one.exceptions], [[], []], one.service);
      t.deepEqual(
        one.open.filter(({ by }) => by === 'nothing'),
        [],
        one.service,
      );
    }
    const [plain, open, user, device, all] = found as [Found, Found, Found, Found, Found];
    t.deepEqual(linesOf(open), {
      'host-namespace pid': 10,
      'shared-namespace ipc': 11,
      'extra-capability CAP_NET_ADMIN': 9,
      'writable-host-path /data': 13,
      'host-root uid': 6,
    });
    t.deepEqual(linesOf(plain), { 'shared-namespace ipc': 11, 'host-root uid': 2 });
    t.deepEqual(linesOf(user), {
      'host-namespace uts': 20,
      'no-filter seccomp': 24,
      'writable-host-path /data': 21,
    });
    t.deepEqual(linesOf(device), {
      'extra-device c 1:11': 28,
      'extra-device c 188:0': 29,
      'host-root uid': 25,
    });
    for (const what of ['extra-capability CAP_SYS_ADMIN', 'no-filter seccomp', 'extra-device all'])
      t.is(linesOf(all)[what], 33);

    await changes(t, project, open.pid);
  },
);

/** What is opened while the containers run, and what the file no longer says. */
const changes = async (t: ExecutionContext, project: Project, pid: number): Promise<void> => {
  execFileSync('nsenter', ['-t', String(pid), '-m', 'mount', '-o', 'remount,bind,rw', '/in']);
  await project.ok('exec', '-d', '--privileged', '-u', '0', 'user', 'sleep', '1001');
  await project.change('stop', 'all');
  project.compose(yaml('cap_drop: [KILL]'));
  const text = await project.ok('isolation');
  t.regex(text, /^open +\S+\/data of the host is writable at \/in +not in the file$/m);
  t.regex(text, /^open +host mounts +it was changed while the container ran/m);
  t.regex(text, /^plain +capabilities +the file has changed since the start/m);
  t.regex(text, /^user +\d+ capabilities .*, in process \d+ \(sleep\) +not in the file$/m);
  t.regex(text, /^user +uid 0 is root on the host, in process \d+ \(sleep\) +not in the file$/m);
  // On version 1 alone the process has the rules of its container, as in Docker.
  if (hasUnifiedTree())
    t.regex(
      text,
      /^user +every device of the host can be opened, in process \d+ \(sleep\) +not in the file$/m,
    );
  t.regex(text, /^all +not running .*! default \+\d+ /m);
  t.regex(text, /^\S+\/data +open \(\/data\), open \(\/in\), user \(\/data\)$/m);
  const [all] = await look(project, 'all');
  t.is(all!.source, 'file');
  const elsewhere = await project.begin(['-p', project.name, 'isolation', 'open'], { cwd: '/' }).ended;
  t.regex(elsewhere.stdout, /^open +CAP_NET_ADMIN is not .* services\.open\.cap_add\[0\]$/m);
  t.regex(await project.ok('explain', 'open'), /^ {8}CAP_NET_ADMIN is not .*compose\.yaml:9:15$/m);
};

const linesOf = ({ open }: Found): Readonly<Record<string, number | undefined>> =>
  Object.fromEntries(open.map(({ rule, subject, line }) => [`${rule} ${subject}`, line]));

const TYPES = { pid: 'pid', network: 'net', ipc: 'ipc', uts: 'uts', mount: 'mnt', cgroup: 'cgroup' };

const namespacesAgree = (t: ExecutionContext, { service, pid, namespaces }: Found): void => {
  for (const [type, short] of Object.entries(TYPES)) {
    const isShared = namespaceOf(pid, short) === namespaceOf('self', short);
    t.is(namespaces[type]!.kind === 'host', isShared, `${service}: ${type}`);
  }
};

const processAgrees = (t: ExecutionContext, found: Found): void => {
  const { service, pid, capabilities, seccompFilters, noNewPrivileges, user } = found;
  const bounding = BigInt(`0x${hostStatus(pid, 'CapBnd')}`);
  const count = [...bounding.toString(2)].filter((bit) => bit === '1').length;
  t.is(capabilities.held.length, count, service);
  t.is(capabilities.extra.includes('CAP_SYS_ADMIN'), ((bounding >> 21n) & 1n) === 1n, service);
  const ofHost = Number(hostStatus(1, 'Seccomp_filters'));
  t.is(seccompFilters, Number(hostStatus(pid, 'Seccomp_filters')) - ofHost, service);
  t.is(noNewPrivileges, hostStatus(pid, 'NoNewPrivs') === '1', service);
  t.is(user.hostUid, statSync(`/proc/${pid}`).uid, service);
};

/** A path is the host's where both paths lead to the same inode; others are on file systems of the container. */
const mountsAgree = (t: ExecutionContext, { service, pid, hostMounts }: Found): void => {
  const inside = (path: string): string => `/proc/${pid}/root${path}`;
  for (const { target, source, isWritable } of hostMounts) {
    const [one, other] = [statSync(inside(target)), statSync(source)];
    t.deepEqual([one.dev, one.ino], [other.dev, other.ino], `${service}: ${source} at ${target}`);
    t.is(isWritable, canWrite(inside(target)), `${service}: ${target}`);
  }
  const listed = new Set(hostMounts.map(({ target }) => target));
  const lines = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trim().split('\n');
  const ours = new Set(
    readFileSync('/proc/self/mountinfo', 'utf8')
      .match(/^\d+ \d+ \d+:\d+/gm)!
      .map((id) => id.split(' ')[2]),
  );
  for (const [, , device, , target] of lines
    .filter((line) => !/ - (cgroup2?|mqueue) /.test(line))
    .map((line) => line.split(' ')))
    t.is(listed.has(target!), ours.has(device), `${service}: ${target}`);
};

/** access(2) as root fails only on a file system or mount that is read-only. */
const canWrite = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EROFS') throw error;
    return false;
  }
};

/** Root in the container itself tries to open a device of the host that it makes a node for. */
const hasUnifiedTree = (): boolean => / - cgroup2 /.test(readFileSync('/proc/self/mountinfo', 'utf8'));

const devicesAgree = async (t: ExecutionContext, project: Project, found: Found): Promise<void> => {
  const { service, devices } = found;
  const script = 'mknod /root/kmsg c 1 11 && (: > /root/kmsg) 2>&1 && echo opened; :';
  const said = await project.exec(service, 'sh', '-c', script);
  const isOpen = devices.access === 'all' || devices.beyond.some(({ name }) => name === 'kmsg');
  t.regex(said, isOpen ? /^opened$/ : /Operation not permitted/, service);
};
