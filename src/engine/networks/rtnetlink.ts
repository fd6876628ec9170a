import { closeSync, writeFileSync } from 'node:fs';
import {
  openRouteSocket,
  openRouteSocketOf,
  receiveMessage,
  sendMessage,
} from '../../kernel/ffi/netlink/route-socket.ts';
import { inNetwork } from '../../kernel/ffi/network-namespace.ts';
import { addrDump } from '../../kernel/netlink/addr.ts';
import { type Answer, parseAnswers } from '../../kernel/netlink/answer.ts';
import { linkDump, linkGet } from '../../kernel/netlink/link.ts';
import { type Netlink, withSequence } from '../../kernel/netlink/message.ts';
import {
  addressesOf,
  type FoundAddress,
  type FoundLink,
  type FoundRoute,
  linksOf,
  routesOf,
} from '../../kernel/netlink/parse.ts';
import { routeDump } from '../../kernel/netlink/route.ts';

/** Our own iproute2: requests to the kernel, and queries. */
export type Route = {
  /** Sends a request: 0, or the errno of the error. */
  readonly request: (message: Netlink) => number;
  /** The interface of this name or index. */
  readonly link: (device: string | number) => FoundLink | undefined;
  readonly links: () => readonly FoundLink[];
  /** The number of ports of a bridge, by its index. */
  readonly ports: (bridge: number) => number;
  readonly addresses: () => readonly FoundAddress[];
  readonly routes: () => readonly FoundRoute[];
};

/** The transport: a rtnetlink(7) socket. */
export type RouteSocket = {
  readonly send: (bytes: Uint8Array) => void;
  /** One datagram. */
  readonly receive: () => Uint8Array;
};

export const openRoute = (): Route => routeThrough(openRouteSocket());

/** Requests to the kernel in another network namespace. */
export type RouteInside = {
  readonly route: Route;
  /** A descriptor of the network namespace. */
  readonly namespace: number;
  /** Writes a file below /proc/sys, such as `net/ipv6/conf/eth0/accept_ra`, if it is there. */
  readonly set: (path: string, value: string) => void;
  readonly close: () => void;
};

/** In the network namespace of the process of a pidfd; undefined if it has ended, or has none of its own. */
export const openRouteOf = (pidfd: number): RouteInside | undefined => {
  const opened = openRouteSocketOf(pidfd);
  if (opened === undefined) return undefined;
  const { socket, namespace } = opened;
  return {
    route: routeThrough(socket),
    namespace,
    set: (path, value) => inNetwork(namespace, () => set(path, value)),
    close: () => {
      closeSync(socket);
      closeSync(namespace);
    },
  };
};

/** In the network namespace of the calling thread. */
export const setIpv6 = (device: string, setting: string, value: string): void =>
  set(`net/ipv6/conf/${device}/${setting}`, value);

const set = (path: string, value: string): void => {
  try {
    writeFileSync(`/proc/sys/${path}`, value);
  } catch (error) {
    // A machine without IPv6 has no such file, and in a container it may be read-only.
    if (!['ENOENT', 'EROFS', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
};

const routeThrough = (socket: number): Route =>
  routeOver({
    send: (bytes) => sendMessage(socket, bytes),
    receive: () => receiveMessage(socket),
  });

export const routeOver = (socket: RouteSocket): Route => {
  const ask = conversation(socket);
  return {
    request: (message) => {
      const last = ask(message, ({ kind }) => kind === 'ack' || kind === 'error').at(-1);
      return last?.kind === 'error' ? last.errno : 0;
    },
    link: (device) => linksOf(ask(linkGet(device), ({ kind }) => kind === 'message' || kind === 'error'))[0],
    links: () => linksOf(dump(ask, linkDump())),
    ports: (master) => dump(ask, linkDump({ master })).filter(({ kind }) => kind === 'message').length,
    addresses: () => addressesOf(dump(ask, addrDump())),
    routes: () => routesOf(dump(ask, routeDump())),
  };
};

/** Sends a request and reads its answers up to the last one; answers to earlier requests are skipped. */
type Ask = (message: Netlink, isLast: (answer: Answer) => boolean) => readonly Answer[];

const conversation = ({ send, receive }: RouteSocket): Ask => {
  let sequence = 0;
  return (message, isLast) => {
    sequence = (sequence + 1) >>> 0;
    send(withSequence(message, sequence).bytes);
    const answers: Answer[] = [];
    for (;;) {
      const part = parseAnswers(receive()).filter((answer) => answer.sequence === sequence);
      answers.push(...part);
      if (part.some(isLast)) return answers;
    }
  };
};

// netlink(7), NLM_F_DUMP_INTR: the dump was interrupted by a change, so an entry may be missing.
const dump = (ask: Ask, message: Netlink): readonly Answer[] => {
  for (let round = 0; round < ROUNDS; round++) {
    const answers = ask(message, ({ kind }) => kind === 'done' || kind === 'error');
    const last = answers.at(-1);
    if (last?.kind === 'error')
      throw new Error(`rtnetlink refused \`ip ${message.text}\`: errno ${last.errno}`);
    if (!answers.some(isInterrupted)) return answers;
  }
  throw new Error(`\`ip ${message.text}\` was interrupted by changes ${ROUNDS} times`);
};

const isInterrupted = (answer: Answer): boolean => 'interrupted' in answer && answer.interrupted;

const ROUNDS = 100;
