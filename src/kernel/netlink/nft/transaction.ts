import { batch } from '../batch.ts';
import { MESSAGE_FLAGS, type Netlink, withSequence } from '../message.ts';
import { netfilterMessage } from '../nfnetlink.ts';
import type { Nft } from './message.ts';

/**
 * One datagram with all messages, which the kernel carries out together or not at all. Message n, from 1, has the
 * sequence number n.
 * Only the last message asks for an ack, so that the kernel's first answer is 0 if everything was done, and otherwise
 * the errno of the first message that failed. Other answers may follow an error, also an ack of 0 that means nothing.
 */
export const transaction = (messages: readonly Nft[]): Netlink => {
  const last = messages.length;
  return {
    ...batch([
      BEGIN,
      ...messages.map((message, index) => {
        const one = withSequence(message, index + 1);
        return index + 1 === last ? acknowledged(one) : one;
      }),
      withSequence(END, last + 1),
    ]),
    text: messages.map(({ text }) => text).join('; '),
  };
};

const acknowledged = (message: Netlink): Netlink => {
  const bytes = Uint8Array.from(message.bytes);
  const view = new DataView(bytes.buffer);
  view.setUint16(FLAGS_OFFSET, view.getUint16(FLAGS_OFFSET, true) | MESSAGE_FLAGS.NLM_F_ACK, true);
  return { ...message, bytes };
};

/** In struct nlmsghdr. */
const FLAGS_OFFSET = 6;

/** linux/netfilter/nfnetlink.h */
const NFNL_MSG_BATCH_BEGIN = 0x10;
const NFNL_MSG_BATCH_END = 0x11;
const NFNL_SUBSYS_NFTABLES = 10;

const edge = (type: number): Netlink =>
  netfilterMessage(type, [], '', { family: 0, resource: NFNL_SUBSYS_NFTABLES });

const BEGIN = edge(NFNL_MSG_BATCH_BEGIN);
const END = edge(NFNL_MSG_BATCH_END);
