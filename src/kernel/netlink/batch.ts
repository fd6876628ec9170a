import type { Netlink } from './message.ts';

/** Several requests for one sendto(2). The kernel processes them in order and answers each. */
export const batch = (messages: readonly Netlink[]): Netlink => {
  const [first] = messages;
  if (!first) throw new TypeError('a batch of no messages');
  const offsets = messages.map((_, index) =>
    messages.slice(0, index).reduce((sum, { bytes }) => sum + bytes.length, 0),
  );
  return {
    type: first.type,
    flags: first.flags,
    text: messages.map(({ text }) => text).join('; '),
    bytes: Buffer.concat(messages.map(({ bytes }) => bytes)),
    holes: messages.flatMap(({ holes = [] }, index) =>
      holes.map((hole) => ({ ...hole, offset: hole.offset + offsets[index]! })),
    ),
  };
};
