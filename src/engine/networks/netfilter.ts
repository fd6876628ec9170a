import { closeSync } from 'node:fs';
import {
  openNetfilterSocket,
  receiveDatagram,
  sendDatagram,
} from '../../kernel/ffi/netlink/netfilter-socket.ts';
import { type Answer, parseAnswers } from '../../kernel/netlink/answer.ts';
import {
  conntrackDelete,
  conntrackDeletes,
  conntrackDump,
  type ToPorts,
} from '../../kernel/netlink/conntrack.ts';
import { type Netlink, withSequence } from '../../kernel/netlink/message.ts';
import { chainDump } from '../../kernel/netlink/nft/chain.ts';
import type { Nft, Table } from '../../kernel/netlink/nft/message.ts';
import {
  chainsOf,
  type FoundChain,
  type FoundRule,
  rulesOf,
  tablesOf,
} from '../../kernel/netlink/nft/parse.ts';
import { ruleDump } from '../../kernel/netlink/nft/rule.ts';
import { tableDump } from '../../kernel/netlink/nft/table.ts';
import { transaction } from '../../kernel/netlink/nft/transaction.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { readIfThere } from '../directories/read-if-there.ts';

/** Our own nft(8): changes of packet filters, and queries. */
export type Netfilter = {
  /** Carries out all of the messages or none; the refused one and its errno. */
  readonly commit: (messages: readonly Nft[]) => Refusal | undefined;
  /** Sends one request: 0, or the errno. */
  readonly request: (message: Netlink) => number;
  /** Removes entries of connection tracking. One message finds those of one port, or of many. */
  readonly forget: (to: ToPorts) => void;
  readonly tables: () => readonly Table[];
  readonly chains: () => readonly FoundChain[];
  readonly rules: (table: Table) => readonly FoundRule[];
  readonly close: () => void;
};

/** No message, if the kernel refused all of them together. */
export type Refusal = { readonly message?: Nft; readonly errno: number };

/** Opens a socket at the first use; without nf_tables every call is refused, and queries find nothing. */
export const openNetfilter = (): Netfilter => {
  let socket: number | undefined;
  let sequence = 0;
  /** All answers of the kernel, which are there when the request is sent. */
  const ask = (bytes: Uint8Array, numbers: (sequence: number) => boolean): readonly Answer[] => {
    socket ??= openNetfilterSocket();
    if (socket < 0) return [{ kind: 'error', sequence: 0, errno: -socket }];
    const errno = sendDatagram(socket, bytes);
    if (errno !== 0) return [{ kind: 'error', sequence: 0, errno }];
    const answers: Answer[] = [];
    for (let part = receiveDatagram(socket); part; part = receiveDatagram(socket))
      answers.push(...parseAnswers(part).filter((answer) => numbers(answer.sequence)));
    return answers;
  };
  const dump = (message: Netlink): readonly Answer[] => {
    for (let round = 0; round < ROUNDS; round++) {
      const number = nextSequence();
      const answers = ask(withSequence(message, number).bytes, (found) => found === number);
      if (!answers.some((answer) => 'interrupted' in answer && answer.interrupted)) return answers;
    }
    return [];
  };
  // Those of transactions begin at 0, and those of requests are higher than the length of any transaction.
  const nextSequence = (): number => {
    sequence = (sequence + 1) % FIRST_SEQUENCE;
    return FIRST_SEQUENCE + sequence;
  };
  const request = (message: Netlink): number => {
    const number = nextSequence();
    const error = ask(withSequence(message, number).bytes, (found) => found === number).find(
      ({ kind }) => kind === 'error',
    );
    return error?.kind === 'error' ? error.errno : 0;
  };
  return {
    commit: (messages) => {
      if (messages.length === 0) return undefined;
      const answers = ask(transaction(messages).bytes, (number) => number < FIRST_SEQUENCE);
      const error = answers.find((answer) => answer.kind === 'error');
      if (error?.kind !== 'error') return undefined;
      const message = messages[error.sequence - 1];
      return { errno: error.errno, ...(message ? { message } : {}) };
    },
    request,
    forget: (to) => {
      const { ports, ...way } = to;
      const isListed =
        ports.length > 1 && ports.length > WALKS_OF_A_LIST + entriesOfConntrack() / ENTRIES_OF_A_WALK;
      const unknown = isListed
        ? ports
        : ports.filter((port) => errnoName(request(conntrackDelete({ ...way, port }))) === 'EINVAL');
      if (unknown.length === 0) return;
      for (const message of conntrackDeletes({ ...way, ports: unknown }, dump(conntrackDump(way))))
        request(message);
    },
    tables: () => tablesOf(dump(tableDump())),
    chains: () => chainsOf(dump(chainDump())),
    rules: (table) => rulesOf(dump(ruleDump(table))),
    close: () => {
      if (socket !== undefined && socket >= 0) closeSync(socket);
      socket = undefined;
    },
  };
};

/** In this network namespace, of all protocols. */
const entriesOfConntrack = (): number =>
  Number(readIfThere('/proc/sys/net/netfilter/nf_conntrack_count') || Number.POSITIVE_INFINITY);

/** Each message about one port walks through the table, in 0.7 ms; a list took 12 ms, and 3,000 entries 36 ms. */
const WALKS_OF_A_LIST = 16;
const ENTRIES_OF_A_WALK = 50;

const FIRST_SEQUENCE = 0x4000_0000;
const ROUNDS = 100;
