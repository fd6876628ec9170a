import { closeSync } from 'node:fs';
import { typeOf } from '../../netlink/nft/message.ts';
import { openNetfilterSocket } from './netfilter-socket.ts';
import {
  BPF_JUMP_EQUAL,
  BPF_LD_HALF,
  BPF_RETURN,
  type Instruction,
  listenToGroups,
  swapped,
  TYPE_OFFSET,
  WHOLE_MESSAGE,
} from './netlink-events.ts';

/**
 * A socket that is told what anybody changes in nf_tables, except for elements of sets: a published port is one. A
 * negative errno if there is none.
 */
export const openNetfilterEvents = (): number => {
  const socket = openNetfilterSocket();
  if (socket < 0) return socket;
  const result = listenToGroups(socket, GROUP, PROGRAM);
  if (result === 0) return socket;
  closeSync(socket);
  return result;
};

/** linux/netfilter/nfnetlink.h: the bit of NFNLGRP_NFTABLES. */
const GROUP = 1 << 6;

/** Several messages of a transaction come as one, and the first of them decides. */
const PROGRAM: readonly Instruction[] = [
  [BPF_LD_HALF, 0, 0, TYPE_OFFSET],
  [BPF_JUMP_EQUAL, 3, 0, swapped(typeOf('NEWSETELEM'))],
  [BPF_JUMP_EQUAL, 2, 0, swapped(typeOf('DELSETELEM'))],
  [BPF_JUMP_EQUAL, 1, 0, swapped(typeOf('NEWGEN'))],
  [BPF_RETURN, 0, 0, WHOLE_MESSAGE],
  [BPF_RETURN, 0, 0, 0],
];
