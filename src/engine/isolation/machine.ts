import { closeSync, openSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OciNamespace } from '../../container/oci.ts';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import type { Service } from '../../project/model/project.ts';
import { runDirectory } from '../directories/project-paths.ts';
import { namesIfThere, readIfThere } from '../directories/read-if-there.ts';
import { cgroupLayout } from '../facts/gather-facts.ts';
import { isAlive, readLife } from '../record/life.ts';
import type { DeviceVerdict } from './device-facts.ts';
import { withAbsent } from './device-list.ts';
import type { DeviceNumber } from './facts.ts';
import { type MountLine, parseMountinfo } from './mountinfo.ts';
import { type Baseline, filtersOf } from './process-facts.ts';

/** The side that containers are compared with. The host is the machine or container in which tscompose runs. */
export type Machine = Baseline & {
  readonly cgroups: CgroupLayout;
  readonly namespaces: NamespaceLinks;
  readonly mounts: readonly MountLine[];
  readonly devices: readonly (DeviceNumber & { readonly name: string })[];
  /** By the rules of the cgroups above those of containers; `readMachine` takes them for open. */
  readonly deviceRules: DeviceVerdict;
  /** The names of the containers in each namespace, by its link: `ipc:[4026532332]`. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
};

/** By the links in /proc/PID/ns: namespaces(7). */
export type NamespaceLinks = Readonly<Record<OciNamespace | 'user', string>>;

/** `services`: their rules may be about devices that the machine does not have at the moment. */
export const readMachine = (services: readonly Pick<Service, 'deviceRules'>[]): Machine => ({
  cgroups: cgroupLayout(),
  namespaces: namespaceLinks('self'),
  mounts: parseMountinfo(readIfThere('/proc/self/mountinfo')),
  devices: withAbsent(
    [...devicesOf('c', '/sys/dev/char'), ...devicesOf('b', '/sys/dev/block')],
    services.flatMap(({ deviceRules = [] }) => deviceRules),
  ),
  deviceRules: () => true,
  // Filters are inherited: those of the first process belong to the host.
  filters: filtersOf(readIfThere('/proc/1/status')),
  holders: namespaceHolders(),
});

export const namespaceLinks = (pid: number | 'self'): NamespaceLinks => {
  const link = (file: string): string => readlinkSync(`/proc/${pid}/ns/${file}`);
  return {
    pid: link('pid'),
    network: link('net'),
    ipc: link('ipc'),
    uts: link('uts'),
    mount: link('mnt'),
    cgroup: link('cgroup'),
    user: link('user'),
  };
};

const devicesOf = (type: 'c' | 'b', directory: string): Machine['devices'] =>
  namesIfThere(directory).map((numbers) => {
    const [major = 0, minor = 0] = numbers.split(':').map(Number);
    return { type, major, minor, name: basename(readlinkSync(join(directory, numbers))) };
  });

/** The containers of all projects of this machine. */
const namespaceHolders = (): Machine['holders'] => {
  const holders = new Map<string, readonly string[]>();
  for (const project of namesIfThere(runDirectory()))
    for (const name of namesIfThere(join(runDirectory(), project, 'containers'))) {
      const life = readLife(join(runDirectory(), project, 'containers', name, 'life.json'));
      const links = life && linksIfThere(life.pid);
      if (!links || !isAlive(life)) continue;
      for (const link of Object.values(links)) holders.set(link, [...(holders.get(link) ?? []), name]);
    }
  return holders;
};

const linksIfThere = (pid: number): NamespaceLinks | undefined => {
  try {
    return namespaceLinks(pid);
  } catch {
    return undefined;
  }
};

/** Calls back with a descriptor of a directory. */
export const withDirectory = <Result>(path: string, use: (fd: number) => Result): Result => {
  const fd = openSync(path, 'r');
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
};
