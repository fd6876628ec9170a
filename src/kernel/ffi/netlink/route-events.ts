import { closeSync } from 'node:fs';
import { addressOf, syscall } from '../libc.ts';
import {
  BPF_JUMP_EQUAL,
  BPF_LD_BYTE,
  BPF_LD_HALF,
  BPF_LD_WORD,
  BPF_RETURN,
  type Instruction,
  listenToGroups,
  swapped,
  TYPE_OFFSET,
  WHOLE_MESSAGE,
} from './netlink-events.ts';
import { openRouteSocket } from './route-socket.ts';

const RECVFROM = process.arch === 'arm64' ? 207 : 45;

/**
 * A rtnetlink(7) socket that is told of new addresses, of new routes that programs make, and of changes to the settings
 * of all interfaces together, as writing ip_forward is. The kernel drops everything else: every new link has settings of
 * its own, and gives itself an IPv6 address of its link.
 */
export const openRouteEvents = (): number => {
  const socket = openRouteSocket();
  const result = listenToGroups(socket, GROUPS, PROGRAM);
  if (result === 0) return socket;
  closeSync(socket);
  throw new Error(`could not listen for changes of interfaces: errno ${-result}`);
};

/** Takes all events that are there; lost ones count too. */
export const takeEvents = (socket: number): void => {
  const bytes = Buffer.alloc(4096);
  for (;;) {
    const size = syscall(RECVFROM, [socket, addressOf(bytes), bytes.length, MSG_DONTWAIT, 0, 0]);
    if (size < 0 && size !== -ENOBUFS) return;
  }
};

const MSG_DONTWAIT = 0x40;
const ENOBUFS = 105;

/** linux/rtnetlink.h: the bits of RTNLGRP_IPV4_IFADDR, _ROUTE, IPV6_IFADDR, _ROUTE, IPV4_NETCONF and IPV6_NETCONF. */
const GROUPS = (1 << 4) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 23) | (1 << 24);
const RTM_NEWADDR = 20;
const RTM_NEWROUTE = 24;
const RTM_NEWNETCONF = 80;

/** The value of the first attribute after struct netconfmsg, NETCONFA_IFINDEX. */
const INTERFACE_OFFSET = 24;
const ALL_INTERFACES = 0xffff_ffff;

/** In struct ifaddrmsg, after struct nlmsghdr. */
const FAMILY_OFFSET = 16;
const SCOPE_OFFSET = 19;
/** In struct rtmsg. The kernel makes routes of its own for each address. */
const PROTOCOL_OFFSET = 21;
const RTPROT_KERNEL = 2;
const AF_INET6 = 10;
const RT_SCOPE_LINK = 253;

const PROGRAM: readonly Instruction[] = [
  [BPF_LD_HALF, 0, 0, TYPE_OFFSET],
  [BPF_JUMP_EQUAL, 6, 0, swapped(RTM_NEWADDR)],
  [BPF_JUMP_EQUAL, 3, 0, swapped(RTM_NEWROUTE)],
  [BPF_JUMP_EQUAL, 0, 9, swapped(RTM_NEWNETCONF)],
  [BPF_LD_WORD, 0, 0, INTERFACE_OFFSET],
  [BPF_JUMP_EQUAL, 6, 7, ALL_INTERFACES],
  [BPF_LD_BYTE, 0, 0, PROTOCOL_OFFSET],
  [BPF_JUMP_EQUAL, 5, 4, RTPROT_KERNEL],
  [BPF_LD_BYTE, 0, 0, FAMILY_OFFSET],
  [BPF_JUMP_EQUAL, 0, 2, AF_INET6],
  [BPF_LD_BYTE, 0, 0, SCOPE_OFFSET],
  [BPF_JUMP_EQUAL, 1, 0, RT_SCOPE_LINK],
  [BPF_RETURN, 0, 0, WHOLE_MESSAGE],
  [BPF_RETURN, 0, 0, 0],
];
