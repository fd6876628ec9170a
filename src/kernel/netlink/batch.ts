import type { Hole, Netlink } from './message.ts';

/** Several requests for one sendto(2). The kernel processes them in order and answers each. */
export const batch = (messages: readonly Netlink[]): Netlink => {
  if (messages.length === 0) throw new TypeError('a batch of no messages');
  const holes: Hole[] = [];
  let start = 0;
  for (const message of messages) {
    for (const hole of message.holes ?? []) holes.push({ ...hole, offset: hole.offset + start });
    start += message.bytes.length;
  }
  return {
    text: messages.map(({ text }) => text).join('; '),
    bytes: Buffer.concat(messages.map(({ bytes }) => bytes)),
    ...(holes.length > 0 ? { holes } : {}),
  };
};
