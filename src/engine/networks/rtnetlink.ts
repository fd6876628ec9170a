import { openRouteSocket, receiveMessage, sendMessage } from '../../kernel/ffi/route-socket.ts';
import { addrDump } from '../../kernel/netlink/addr.ts';
import { type Answer, parseAnswers } from '../../kernel/netlink/answer.ts';
import { linkDump } from '../../kernel/netlink/link.ts';
import type { Netlink } from '../../kernel/netlink/message.ts';
import {
  addressesOf,
  type FoundAddress,
  type FoundLink,
  type FoundRoute,
  linksOf,
  routesOf,
} from '../../kernel/netlink/parse.ts';
import { routeDump } from '../../kernel/netlink/route.ts';

/** Our own iproute2: requests to the kernel and what it knows. */
export type Route = {
  /** Makes a request: 0, or the errno with which it was refused. */
  readonly request: (message: Netlink) => number;
  readonly links: () => readonly FoundLink[];
  readonly addresses: () => readonly FoundAddress[];
  readonly routes: () => readonly FoundRoute[];
};

export const openRoute = (): Route => {
  const socket = openRouteSocket();
  return {
    request: (message) => {
      sendMessage(socket, message.bytes);
      const answer = parseAnswers(receiveMessage(socket)).find(
        ({ kind }) => kind === 'ack' || kind === 'error',
      );
      return answer?.kind === 'error' ? answer.errno : 0;
    },
    links: () => linksOf(dump(socket, linkDump())),
    addresses: () => addressesOf(dump(socket, addrDump())),
    routes: () => routesOf(dump(socket, routeDump())),
  };
};

const dump = (socket: number, message: Netlink): readonly Answer[] => {
  sendMessage(socket, message.bytes);
  const answers: Answer[] = [];
  for (;;) {
    const part = parseAnswers(receiveMessage(socket));
    answers.push(...part);
    if (part.some(({ kind }) => kind === 'done' || kind === 'error')) return answers;
  }
};
