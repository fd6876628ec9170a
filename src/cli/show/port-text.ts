import { isIPv6 } from 'node:net';
import type { PortSummary } from '../../api/calls/containers.ts';

/** `0.0.0.0:8080`, `[::]:8080`. */
export function hostPort(ip: string, port: number | string): string {
  return `${isIPv6(ip) ? `[${ip}]` : ip}:${port}`;
}

/**
 * The column PORTS as Docker prints it. Neighbouring ports are one range, if each has its own number on the host or is
 * not published: `0.0.0.0:80-81->80-81/tcp, 90/tcp, 0.0.0.0:8080->8000/tcp`.
 */
export function portText(ports: readonly PortSummary[] = []): string {
  const open = new Map<string, Range>();
  const closed: string[] = [];
  const moved: string[] = [];
  for (const { IP, PrivatePort, PublicPort = 0, Type } of ports.toSorted(inOrder)) {
    if (IP !== undefined && PublicPort !== PrivatePort) {
      moved.push(`${hostPort(IP, PublicPort)}->${PrivatePort}/${Type}`);
      continue;
    }
    const key = `${IP ?? ''}/${Type}`;
    const range = open.get(key);
    if (range && PrivatePort === range.last + 1) {
      range.last = PrivatePort;
      continue;
    }
    if (range) closed.push(rangeText(range));
    // A range that is closed leaves its place to the next one.
    open.set(key, { ip: IP, type: Type, first: PrivatePort, last: PrivatePort });
  }
  return [...closed, ...[...open.values()].map(rangeText), ...moved].join(', ');
}

type Range = {
  readonly ip: string | undefined;
  readonly type: string;
  readonly first: number;
  last: number;
};

function rangeText({ ip, type, first, last }: Range): string {
  const ports = first === last ? `${first}` : `${first}-${last}`;
  return ip === undefined ? `${ports}/${type}` : `${hostPort(ip, ports)}->${ports}/${type}`;
}

function inOrder(a: PortSummary, b: PortSummary): number {
  return (
    a.PrivatePort - b.PrivatePort ||
    compare(a.IP ?? '', b.IP ?? '') ||
    (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
    compare(a.Type, b.Type)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
