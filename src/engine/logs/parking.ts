import { randomBytes } from 'node:crypto';
import { asUncounted } from '../../kernel/ffi/process.ts';
import { MOST_DESCRIPTORS, receiveFrom, sendDescriptors, socketPair } from '../../kernel/ffi/sockets.ts';

/**
 * Keeps what is in pipes when this supervisor is killed and the containers end before the next one has opened them: fifo(7),
 * what was not read goes with the last descriptor. Those that lie in messages of a pair of sockets are open as long as
 * one process has the pair, and the guardian has it. No process ever takes them out: they are closed with their messages.
 */
export type Parking = {
  /** For guardians. */
  readonly pair: Pair;
  /** Before the first renewal they are only noted. Returns a function for the moment before they are closed. */
  readonly park: (pipes: readonly number[]) => () => void;
  /** Parks all that there are once more, and closes all that were parked before, also by earlier supervisors. */
  readonly renew: () => void;
};

export type Pair = readonly [one: number, other: number];

/** `pair`: that of an earlier supervisor, if there was one. A message that cannot be sent fails no start: nothing is parked then. */
export const openParking = (pair: Pair = socketPair()): Parking => {
  const [inlet, outlet] = pair;
  const parked = new Set<readonly number[]>();
  let changes = 0;
  let hasBegun = false;
  const discard = (isLast: (message: Buffer) => boolean = () => false): void => {
    for (;;) {
      const message = receiveFrom(outlet);
      if (typeof message === 'number' || isLast(message.bytes)) return;
    }
  };
  const renew = (): void => {
    hasBegun = true;
    changes = 0;
    const mark = randomBytes(16);
    const isMarked = sendDescriptors(inlet, mark, []) >= 0;
    // There is no room.
    if (!isMarked) discard();
    const pipes = [...parked].flat();
    for (let at = 0; at < pipes.length; at += MOST_DESCRIPTORS)
      send(inlet, pipes.slice(at, at + MOST_DESCRIPTORS));
    if (isMarked) discard((message) => message.equals(mark));
  };
  const change = (): void => {
    changes++;
    if (changes >= MOST_CHANGES) renew();
  };
  return {
    pair,
    park: (pipes) => {
      parked.add(pipes);
      if (hasBegun) {
        send(inlet, pipes);
        change();
      }
      return () => {
        parked.delete(pipes);
        if (hasBegun) change();
      };
    },
    renew,
  };
};

const send = (inlet: number, pipes: readonly number[]): void => {
  asUncounted(() => sendDescriptors(inlet, PARKED, pipes));
};

const PARKED = Buffer.alloc(1);

/** As many messages, or pipes of containers that have ended, are left at most. There is room for some 200 messages. */
const MOST_CHANGES = 64;
