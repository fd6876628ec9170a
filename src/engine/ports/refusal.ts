import type { Diagnostic } from '../../base/diagnostic.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import type { Port, Service } from '../../project/model/project.ts';
import type { BoundPort } from '../record/project-record.ts';
import type { Refused } from './choose-ports.ts';
import { textOf } from './sockets-of-host.ts';

/** The port of the file that a port of the host is for; without a place if the service has it no more. */
export const writtenAs = (
  { ports = [] }: Pick<Service, 'ports'>,
  bound: Pick<BoundPort, 'port' | 'protocol'> | undefined,
): Pick<Port, 'from'> =>
  ports.find(({ target, protocol }) => target === bound?.port && protocol === bound.protocol) ?? { from: '' };

/** The error of a port that cannot be published. */
export const refusal = (
  { from, published }: Pick<Port, 'from' | 'published'>,
  refused: readonly Refused[],
  userOf: (refused: Refused) => string,
): Diagnostic => {
  const place = from === '' ? {} : { from };
  const used = refused.filter(({ errno }) => errnoName(errno) === 'EADDRINUSE');
  const other = refused.find(({ errno }) => errnoName(errno) !== 'EADDRINUSE');
  if (other) {
    const { code, why, help } = REASONS[errnoName(other.errno)] ?? OTHERWISE;
    const message = `port ${textOf(other)} of the host cannot be published: ${why(other)}`;
    return { severity: 'error', code, message, ...place, help };
  }
  const [first] = used;
  if (!published || published.first === published.last || used.length === 1) {
    const message = `port ${textOf(first!)} of the host is in use by ${userOf(first!)}`;
    const help = 'publish another port, or stop what uses this one';
    return { severity: 'error', code: 'port-in-use', message, ...place, help };
  }
  return {
    severity: 'error',
    code: 'port-in-use',
    message: `all ports of the host from ${published.first} to ${published.last} are in use`,
    ...place,
    notes: used.slice(0, MOST_NAMED).map((one) => `${textOf(one)} is in use by ${userOf(one)}`),
    help: 'publish a larger range',
  };
};

type Reason = {
  readonly code: Diagnostic['code'];
  readonly why: (refused: Refused) => string;
  readonly help: string;
};

const REASONS: { readonly [Name in string]?: Reason } = {
  EACCES: {
    code: 'not-permitted',
    why: () => 'it needs CAP_NET_BIND_SERVICE',
    help: 'publish a port from 1024 on, or lower net.ipv4.ip_unprivileged_port_start',
  },
  EADDRNOTAVAIL: {
    code: 'invalid-value',
    why: ({ hostIp }) => `${hostIp} is no address of this machine`,
    help: 'leave the address out to publish at all of them; `ip address` shows those of this machine',
  },
  EAFNOSUPPORT: {
    code: 'invalid-value',
    why: () => 'this machine has no IPv6',
    help: 'publish at an IPv4 address',
  },
};

const OTHERWISE: Reason = {
  code: 'step-failed',
  why: ({ errno }) => `bind = ${errnoName(errno)}`,
  help: 'publish another port',
};

/** The number of users that a message names. */
export const MOST_NAMED = 3;
