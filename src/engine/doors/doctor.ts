import { closeSync, mkdirSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { DEFAULT_DEVICE_RULES } from '../../container/defaults.ts';
import { deviceHierarchy } from '../../container/devices/hierarchy.ts';
import { deviceProgram } from '../../container/devices/program.ts';
import { rulesOf } from '../../container/devices/rules.ts';
import { probeRoots, type RootProbe } from '../../images/root/probe.ts';
import { type CgroupLayout, hierarchyWith } from '../../kernel/cgroup.ts';
import { execute } from '../../kernel/launch/execute.ts';
import { linkAddBridge, linkAddVeth } from '../../kernel/netlink/link.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { call } from '../../kernel/program/program.ts';
import { stateDirectory } from '../directories/project-paths.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { pruneTrash } from '../disk/trash-paths.ts';
import type { Finding } from '../doctor/finding.ts';
import { storeFindings } from '../doctor/image-findings.ts';
import { filterError, packetFilterFinding, wayOutFindings } from '../doctor/network-findings.ts';
import { portFinding } from '../doctor/port-findings.ts';
import { hostFacts } from '../facts/gather-facts.ts';
import { overlayProblem } from '../facts/overlay-probe.ts';
import { shellLimit } from '../facts/shell-limit.ts';
import { openRoute } from '../networks/rtnetlink.ts';

export type { Finding } from '../doctor/finding.ts';

/** Tests the requirements in namespaces of this process; its end removes all of them. */
export const examine = async (): Promise<readonly Finding[]> => {
  const uid = process.geteuid?.() ?? 0;
  const { cgroups } = hostFacts(shellLimit());
  return [
    kernelFinding(release()),
    userFinding(uid),
    ...CONTROLLERS.map(([controller, what]) => controllerFinding(cgroups, controller, what)),
    deviceFinding(cgroups, loadError),
    filterFinding(readIfThere('/proc/sys/kernel/seccomp/actions_avail')),
    ...(uid === 0
      ? [
          ...storageFindings(),
          ...storeFindings(),
          await portFinding(),
          ...wayOutFindings(),
          ...namespaceFindings(),
        ]
      : []),
  ];
};

/** mount_setattr(2), the newest system call in every Program, was added in 5.12. */
export const kernelFinding = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewEnough = major > 5 || (major === 5 && minor >= 12);
  return isNewEnough
    ? { what: 'kernel', verdict: 'good', found: version }
    : { what: 'kernel', verdict: 'missing', found: version, help: 'tscompose needs Linux 5.12 or newer' };
};

export const userFinding = (uid: number): Finding =>
  uid === 0
    ? { what: 'user', verdict: 'good', found: 'root' }
    : {
        what: 'user',
        verdict: 'missing',
        found: `user ${uid}`,
        help: 'containers need root: run with sudo',
      };

/** `actions` is the sysctl kernel.seccomp.actions_avail; undefined if the kernel has none. */
export const filterFinding = (actions: string | undefined): Finding => {
  const what = 'system calls';
  if (actions?.split(/\s+/).includes('errno')) return { what, verdict: 'good', found: 'seccomp filters' };
  return {
    what,
    verdict: 'missing',
    found: 'no seccomp filters',
    help: 'use a kernel with CONFIG_SECCOMP_FILTER=y, or set `security_opt: [seccomp=unconfined]` in each service',
  };
};

export const namespaceFinding = (what: string, errno: number): Finding =>
  errno === 0
    ? { what: `${what} namespace`, verdict: 'good', found: 'can be made' }
    : { what: `${what} namespace`, verdict: 'missing', found: errnoName(errno), help: 'see namespaces(7)' };

export const controllerFinding = (cgroups: CgroupLayout, controller: string, what: string): Finding => {
  const hierarchy = hierarchyWith(cgroups, controller);
  if (hierarchy && !hierarchy.readOnly) {
    const found = `cgroup v${hierarchy.version} at ${hierarchy.mountPoint}`;
    return { what: `limit of ${what}`, verdict: 'good', found };
  }
  return {
    what: `limit of ${what}`,
    verdict: 'limited',
    found: hierarchy ? `${hierarchy.mountPoint} is read-only` : `no ${controller} controller`,
    help: 'containers run without this limit; under --strict this is an error',
  };
};

/** `errnoOfLoad` loads the program of the default rules; it is called if rules are enforced by a program. */
export const deviceFinding = (cgroups: CgroupLayout, errnoOfLoad: () => number): Finding => {
  const what = 'device nodes';
  const hierarchy = deviceHierarchy(cgroups);
  if (!hierarchy)
    return {
      what,
      verdict: 'limited',
      found: 'no cgroups to restrict them',
      help: 'root in a container can open any device; mount cgroup version 2',
    };
  const found = `restricted by cgroup v${hierarchy.version} at ${hierarchy.mountPoint}`;
  const errno = hierarchy.version === 2 ? errnoOfLoad() : 0;
  return errno === 0
    ? { what, verdict: 'good', found }
    : {
        what,
        verdict: 'missing',
        found: `BPF_PROG_LOAD: ${errnoName(errno)}`,
        help: 'use a kernel with CONFIG_BPF_SYSCALL=y and CONFIG_CGROUP_BPF=y, or allow the system call bpf',
      };
};

/** Another user than root cannot load programs, and cannot start containers either. */
const loadError = (): number => {
  if (process.geteuid?.() !== 0) return 0;
  const program = deviceProgram(rulesOf(DEFAULT_DEVICE_RULES));
  const fd = execute(call('bpf', 'BPF_PROG_LOAD', { type: 'BPF_PROG_TYPE_CGROUP_DEVICE', program }));
  if (fd >= 0) closeSync(fd);
  return -Math.min(0, fd);
};

// pid_namespaces(7): after the last entry this process cannot create threads.
const NAMESPACES = [
  ['UTS', 'CLONE_NEWUTS'],
  ['IPC', 'CLONE_NEWIPC'],
  ['mount', 'CLONE_NEWNS'],
  ['cgroup', 'CLONE_NEWCGROUP'],
  ['network', 'CLONE_NEWNET'],
  ['PID', 'CLONE_NEWPID'],
] as const;

const CONTROLLERS = [
  ['memory', 'memory'],
  ['cpu', 'CPU time'],
  ['pids', 'processes'],
] as const;

const unshare = (flag: string): number => -Math.min(0, execute(call('unshare', flag)));

const namespaceFindings = (): readonly Finding[] =>
  NAMESPACES.flatMap(([what, flag]) => {
    const errno = unshare(flag);
    const isOurs = flag === 'CLONE_NEWNET' && errno === 0;
    return [namespaceFinding(what, errno), ...(isOurs ? linkFindings() : [])];
  });

const linkFindings = (): readonly Finding[] => {
  const route = openRoute();
  const bridge = route.request(linkAddBridge({ name: 'tscprobe', mac: '02:42:00:00:00:01' }));
  const master = route.links().find(({ name }) => name === 'tscprobe')?.index ?? 0;
  const peer = { name: 'tscprobe1', netns: { pid: process.pid } };
  const veth = route.request(linkAddVeth({ name: 'tscprobe0', master, peer }));
  return [linkFinding('bridge', bridge), linkFinding('veth', veth), packetFilterFinding(filterError())];
};

const linkFinding = (kind: string, errno: number): Finding =>
  errno === 0
    ? { what: `${kind} interface`, verdict: 'good', found: 'can be made' }
    : {
        what: `${kind} interface`,
        verdict: 'missing',
        found: errnoName(errno),
        help: `load the kernel module: \`modprobe ${kind}\``,
      };

/** Directories that are made for these are removed again. */
const storageFindings = (): readonly Finding[] => {
  const state = stateDirectory();
  // `system prune` removes what a killed process leaves there.
  const place = pruneTrash(state);
  const made = mkdirSync(place, { recursive: true, mode: 0o700 });
  const findings = [overlayFinding(state, place), imageFinding(probeRoots(place))];
  if (made !== undefined) rmSync(made, { recursive: true });
  return findings;
};

const overlayFinding = (directory: string, place: string): Finding => {
  const problem = overlayProblem(place);
  return problem === undefined
    ? { what: 'writable layers', verdict: 'good', found: `overlays on ${directory}` }
    : {
        what: 'writable layers',
        verdict: 'limited',
        found: `no overlay on ${directory}: ${problem}`,
        help: 'layers are kept in memory; set TSCOMPOSE_STATE_DIR to another directory',
      };
};

/** Images run with every kind of root; the later kinds need more time and space. */
export const imageFinding = ({ kind, isForced, reasons }: RootProbe): Finding => {
  const found = `${ROOTS[kind]}${isForced ? ', as TSCOMPOSE_ROOT_KIND forces' : ''}`;
  const help = reasons.map(([failing, reason]) => `no ${ROOTS[failing]}: ${reason}`).join('; ');
  return {
    what: 'images',
    verdict: kind === 'directory' && !isForced ? 'limited' : 'good',
    found,
    ...(help && { help }),
  };
};

const ROOTS: Readonly<Record<RootProbe['kind'], string>> = {
  erofs: 'EROFS on the archives of the layers',
  'erofs-loop': 'EROFS through loop devices',
  directory: 'a directory for each layer',
};
