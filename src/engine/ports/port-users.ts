import { readFileSync, readlinkSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { dirname, join } from 'node:path';
import { addressBytes } from '../../base/address-bytes.ts';
import type { Context } from '../context/context.ts';
import { namesIfThere, readIfThere } from '../directories/read-if-there.ts';
import { isContainerAlive } from '../namespaces/namespace-holders.ts';
import { glance } from '../record/read.ts';
import { doCollide, type HostPort } from './sockets-of-host.ts';

/** Finds out who uses ports of the host, such as `container app-web-1 of project app`, or `nginx (PID 512)`. */
export const portUsers = async (
  { paths, work }: Pick<Context, 'paths' | 'work'>,
  ports: readonly HostPort[],
): Promise<ReadonlyMap<HostPort, string>> => {
  const users = new Map<HostPort, string>();
  const others = containersElsewhere(paths.state);
  for (const port of ports) {
    const other = others.find(
      ({ name, bound }) => bound.some((one) => doCollide(one, port)) && isContainerAlive(paths, name),
    );
    if (other) users.set(port, `container ${other.name} of project ${other.project}`);
  }
  const sockets = new Map<string, HostPort>();
  for (const port of ports.filter((one) => !users.has(one)))
    for (const inode of socketsOf(port)) sockets.set(`socket:[${inode}]`, port);
  if (sockets.size === 0) return users;
  for (const pid of namesIfThere('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    await work.nextTurn();
    for (const target of descriptorsOf(pid)) {
      const port = sockets.get(target);
      if (port && !users.has(port)) users.set(port, `${nameOf(pid)} (PID ${pid})`);
    }
  }
  return users;
};

const containersElsewhere = (state: string) =>
  namesIfThere(dirname(state)).flatMap((project) => {
    const path = join(dirname(state), project);
    const record = path === state ? undefined : glance(join(path, 'project.json'));
    return Object.values(record?.containers ?? {}).map(({ name, ports: bound = [] }) => ({
      name,
      project,
      bound,
    }));
  });

/** The inodes of the sockets that have a port, by proc_net_tcp(5). */
const socketsOf = ({ protocol, hostIp, hostPort }: HostPort): readonly string[] => {
  const isV6 = isIPv6(hostIp);
  const own = kernelHex(hostIp);
  // A socket of IPv6 may take IPv4 as well.
  const files = isV6 ? [`${protocol}6`] : [protocol, `${protocol}6`];
  return files.flatMap((file) =>
    readIfThere(`/proc/self/net/${file}`)
      .split('\n')
      .flatMap((line) => {
        const [, local = '', , , , , , , , inode = '0'] = line.trim().split(/\s+/);
        const [address = '', port = ''] = local.split(':');
        if (Number.parseInt(port, 16) !== hostPort || inode === '0') return [];
        const isEverywhere = /^0+$/.test(address) || /^0+$/.test(own);
        return isEverywhere || address.endsWith(own) ? [inode] : [];
      }),
  );
};

/** Words of 32 bits in the byte order of the machine. */
const kernelHex = (address: string): string => {
  const bytes = Buffer.from(addressBytes(address));
  return bytes.swap32().toString('hex').toUpperCase();
};

const descriptorsOf = (pid: string): readonly string[] =>
  namesIfThere(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });

const nameOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'a process';
  }
};
