import { closeSync, readFileSync } from 'node:fs';
import { addressOf, syscall } from './libc.ts';
import { parseXtables, SIZE_OF_INFO, type Xtables, type XtablesFamily } from './xtables.ts';

const NUMBERS = process.arch === 'arm64' ? { socket: 198, getsockopt: 209 } : { socket: 41, getsockopt: 55 };

/**
 * The table `filter` of iptables-legacy(8) in the network namespace of the calling thread; undefined if it is not in
 * use. Nothing is asked of a table that the kernel does not list: the question alone would make it.
 */
export const filterTable = (family: XtablesFamily): Xtables | undefined => {
  const { list, domain, level } = FAMILIES[family];
  if (!linesOf(list).includes(TABLE)) return undefined;
  const socket = syscall(NUMBERS.socket, [domain, SOCK_DGRAM_CLOEXEC, 0]);
  if (socket < 0) return undefined;
  try {
    const ask = (option: number, request: Buffer): boolean => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(request.length);
      return (
        syscall(NUMBERS.getsockopt, [socket, level, option, addressOf(request), addressOf(size), 0]) === 0
      );
    };
    // EAGAIN: the table was changed between the two questions.
    for (let round = 0; round < ROUNDS; round++) {
      const info = Buffer.alloc(SIZE_OF_INFO);
      info.write(TABLE);
      if (!ask(GET_INFO, info)) return undefined;
      const size = info.readUInt32LE(SIZE_OF_INFO - 4);
      const entries = Buffer.alloc(ENTRIES_OFFSET + size);
      entries.write(TABLE);
      entries.writeUInt32LE(size, NAME_SIZE);
      if (ask(GET_ENTRIES, entries)) return parseXtables(family, info, entries.subarray(ENTRIES_OFFSET));
    }
    return undefined;
  } finally {
    closeSync(socket);
  }
};

const linesOf = (path: string): readonly string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
};

const FAMILIES = {
  ip: { list: '/proc/thread-self/net/ip_tables_names', domain: 2, level: 0 },
  ip6: { list: '/proc/thread-self/net/ip6_tables_names', domain: 10, level: 41 },
} as const;

const TABLE = 'filter';
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const ROUNDS = 10;

/** linux/netfilter_ipv4/ip_tables.h: IPT_SO_GET_INFO, IPT_SO_GET_ENTRIES, struct ipt_get_entries. */
const GET_INFO = 64;
const GET_ENTRIES = 65;
const NAME_SIZE = 32;
const ENTRIES_OFFSET = 40;
