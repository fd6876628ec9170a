import { realpathSync } from 'node:fs';
import { oncePer } from '../../base/lazy.ts';
import { deviceHierarchy } from '../../container/devices/hierarchy.ts';
import { deviceProgram } from '../../container/devices/program.ts';
import { rulesOf } from '../../container/devices/rules.ts';
import type { Container } from '../../container/facts.ts';
import { NAMESPACES, sharedWith } from '../../container/namespaces.ts';
import type { OciCapabilities, OciDeviceRule, OciMount, OciNamespace } from '../../container/oci.ts';
import { capabilityFacts } from './capability-facts.ts';
import { type DeviceVerdict, deviceFacts, everyVerdict } from './device-facts.ts';
import { programVerdict } from './device-program.ts';
import type { CapabilityFacts, HostMount, Isolation, Owner } from './facts.ts';
import type { Machine } from './machine.ts';
import { CGROUPS, isBelow, type MountLine } from './mountinfo.ts';

/** The facts of a container that does not run, from its OCI configuration. */
export const plannedIsolation = (
  container: Container,
  { devices, deviceRules, mounts }: Pick<Machine, 'devices' | 'deviceRules' | 'mounts'>,
): Isolation => {
  const { process, linux, mounts: own } = container.config;
  const { uid, gid } = process.user;
  return {
    namespaces: namespacesOf(container),
    process: {
      capabilities: everyCapability(process.capabilities),
      filters: linux.seccomp ? 1 : 0,
      noNewPrivileges: process.noNewPrivileges,
      user: { uid, gid, hostUid: uid, hostGid: gid },
    },
    exceptions: [],
    devices: deviceFacts(everyVerdict([deviceVerdict(container), deviceRules]), devices),
    hostMounts: own.flatMap((mount) => hostMount(mount, linux.namespaces, mounts)),
  };
};

/** Machines without cgroups, or with read-only ones, cannot refuse devices. */
const deviceVerdict = ({ host, config }: Container): DeviceVerdict => {
  const rules = config.linux.resources.devices;
  return rules && deviceHierarchy(host.cgroups) ? verdictOf(rules) : () => true;
};

/** The answer of the kernel, with a program or with the same rules in the files of version 1. */
const verdictOf = oncePer((rules: readonly OciDeviceRule[]) =>
  programVerdict([deviceProgram(rulesOf(rules)).bytes]),
);

const namespacesOf = (container: Container): Isolation['namespaces'] => {
  const ownerOf = (type: OciNamespace): Owner => {
    const owner = sharedWith(container, type);
    if (!owner) return { kind: 'own' };
    return owner.holder ? { kind: 'shared', with: [owner.name] } : { kind: 'host' };
  };
  return Object.fromEntries(NAMESPACES.map((type) => [type, ownerOf(type)])) as Isolation['namespaces'];
};

const everyCapability = (sets: OciCapabilities): CapabilityFacts => {
  const held = new Set(Object.values(sets).flat());
  return capabilityFacts((name) => held.has(name));
};

const hostMount = (
  { destination: target, type, source, options }: OciMount,
  namespaces: readonly { readonly type: OciNamespace }[],
  onHost: readonly MountLine[],
): readonly HostMount[] => {
  const isWritable = !options.includes('ro') && !options.includes('rro');
  if (type === 'bind')
    return [{ target, isWritable, propagation: propagationOf(options), ...placeOf(source, onHost) }];
  const isHostsTree = type === 'cgroup' && isWritable && !namespaces.some((one) => one.type === 'cgroup');
  return isHostsTree ? [{ target, isWritable, propagation: 'private', ...placeOf(CGROUPS, onHost) }] : [];
};

const propagationOf = (options: readonly string[]): HostMount['propagation'] => {
  if (options.includes('shared') || options.includes('rshared')) return 'shared';
  return options.includes('slave') || options.includes('rslave') ? 'slave' : 'private';
};

/** Where the kernel will find a path of the host. */
const placeOf = (path: string, onHost: readonly MountLine[]): Pick<HostMount, 'source' | 'identity'> => {
  const source = realPath(path);
  const mount = onHost
    .filter(({ target }) => isBelow(source, target))
    .toSorted((a, b) => b.target.length - a.target.length)[0];
  if (!mount) return { source, identity: source };
  const rest = source.slice(mount.target === '/' ? 0 : mount.target.length);
  const root = `${mount.root === '/' ? '' : mount.root}${rest === '/' ? '' : rest}` || '/';
  return { source, identity: `${mount.device} ${root}` };
};

/** A source that does not exist is made by the start. */
const realPath = (path: string): string => {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
};
