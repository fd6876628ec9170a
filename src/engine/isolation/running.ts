import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Problem } from '../../base/diagnostic.ts';
import type { Cgroup } from '../../container/cgroups/hierarchies.ts';
import { NAMESPACES } from '../../container/namespaces.ts';
import type { OciNamespace } from '../../container/oci.ts';
import { isMember, membersOf } from '../cgroups/members.ts';
import { isAlive, type Life, lifeOf } from '../record/life.ts';
import { deviceAccess } from './device-access.ts';
import { deviceFacts } from './device-facts.ts';
import type { DeviceFacts, Isolation, Owner, ProcessException, ProcessFacts } from './facts.ts';
import { type Machine, type NamespaceLinks, namespaceLinks } from './machine.ts';
import { hostMounts, parseMountinfo } from './mountinfo.ts';
import { processFacts } from './process-facts.ts';

/**
 * The facts of a running container, all of them from the kernel. Undefined if it ends meanwhile. Throws a Problem if
 * this process may not look at it.
 */
export const runningIsolation = (
  { name, life, cgroup }: { readonly name: string; readonly life: Life; readonly cgroup: Cgroup },
  machine: Machine,
): Isolation | undefined => {
  const { pid } = life;
  const found = ifThere(name, (): Isolation => {
    const links = namespaceLinks(pid);
    const first = factsOf(pid, machine);
    const paths = read(pid, 'cgroup');
    const devices = deviceFacts(deviceAccess(paths, machine.cgroups), machine.devices);
    return {
      namespaces: owners(links, name, machine),
      process: first,
      exceptions: exceptionsOf({ pid, links, first, cgroup, devices }, machine),
      devices,
      hostMounts: hostMounts(parseMountinfo(read(pid, 'mountinfo')), machine.mounts, pathsIn(paths)),
    };
  });
  // All files were those of this process if it is still there: a PID is not used again before that.
  return isAlive(life) ? found : undefined;
};

const owners = (links: NamespaceLinks, name: string, machine: Machine): Isolation['namespaces'] => {
  const ownerOf = (type: OciNamespace): Owner => {
    const link = links[type];
    if (link === machine.namespaces[type]) return { kind: 'host' };
    const others =
      machine.holders
        .get(link)
        ?.filter((other) => other !== name)
        .toSorted() ?? [];
    return others.length > 0 ? { kind: 'shared', with: others } : { kind: 'own' };
  };
  return Object.fromEntries(NAMESPACES.map((type) => [type, ownerOf(type)])) as Isolation['namespaces'];
};

const factsOf = (pid: number, machine: Machine): ProcessFacts =>
  processFacts(read(pid, 'status'), { uid: read(pid, 'uid_map'), gid: read(pid, 'gid_map') }, machine);

type First = {
  readonly pid: number;
  readonly links: NamespaceLinks;
  readonly first: ProcessFacts;
  readonly cgroup: Cgroup;
  readonly devices: DeviceFacts;
};

/** Processes in a user namespace that the container made itself have no power outside of it. */
const exceptionsOf = (
  { pid: firstPid, links, first, cgroup, devices }: First,
  machine: Machine,
): readonly ProcessException[] => {
  const reachOf = reachByCgroup(machine);
  return membersOf(machine.cgroups, cgroup)
    .filter((pid) => pid !== firstPid)
    .flatMap((pid): readonly ProcessException[] => {
      const life = lifeOf(pid);
      try {
        if (!life || namespaceLinks(pid).user !== links.user) return [];
        const facts = factsOf(pid, machine);
        const command = read(pid, 'comm').trimEnd();
        const reach = reachOf(read(pid, 'cgroup'));
        const hasOwnRules = !isDeepStrictEqual(reach, devices);
        if (!hasOwnRules && !holdsMore(facts, first)) return [];
        if (!isAlive(life) || !isMember(machine.cgroups, cgroup, pid)) return [];
        return [{ ...facts, pid, command, ...(hasOwnRules && { devices: reach }) }];
      } catch (error) {
        if (!isGone(error)) throw error;
        return [];
      }
    });
};

/** The devices of processes by their /proc/PID/cgroup; most processes of a container have the same. */
const reachByCgroup = (machine: Machine): ((membership: string) => DeviceFacts) => {
  const known = new Map<string, DeviceFacts>();
  return (membership) => {
    const reach =
      known.get(membership) ?? deviceFacts(deviceAccess(membership, machine.cgroups), machine.devices);
    known.set(membership, reach);
    return reach;
  };
};

export const holdsMore = (one: ProcessFacts, other: ProcessFacts): boolean =>
  one.capabilities.held.some((name) => !other.capabilities.held.includes(name)) ||
  one.filters < other.filters ||
  (one.user.hostUid === 0 && other.user.hostUid !== 0);

/** cgroups(7): `4:memory:/tscompose/app/app-web-1`. */
const pathsIn = (cgroup: string): readonly string[] =>
  cgroup
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(':').slice(2).join(':'));

const read = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');

const ifThere = <Result>(name: string, look: () => Result): Result | undefined => {
  try {
    return look();
  } catch (error) {
    if (isGone(error)) return undefined;
    const { code, path } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new Problem({
      severity: 'error',
      code: 'not-permitted',
      message: `the processes of ${name} cannot be inspected`,
      facts: [['read', `${path} = ${code}`]],
      help: 'run this command with CAP_SYS_PTRACE, as root of the machine has it',
    });
  }
};

const isGone = (error: unknown): boolean =>
  ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');
