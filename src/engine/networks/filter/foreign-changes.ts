import { closeSync } from 'node:fs';
import { openNetfilterEvents } from '../../../kernel/ffi/netlink/netfilter-events.ts';
import { receiveDatagram } from '../../../kernel/ffi/netlink/netfilter-socket.ts';
import type { Readiness } from '../../../kernel/ffi/readiness.ts';
import { parseAnswers } from '../../../kernel/netlink/answer.ts';
import type { Table } from '../../../kernel/netlink/nft/message.ts';
import { chainsOf, tablesOf } from '../../../kernel/netlink/nft/parse.ts';
import { TABLE_PREFIX } from './ruleset.ts';

/** Tells when others change what the packets of a project meet. */
export type ForeignChanges = {
  /** From now on. Without nf_tables nothing is told. */
  readonly watch: () => void;
  readonly end: () => void;
};

/** Milliseconds. Somebody who takes our rules away each time they come back is answered no sooner. */
const SHORTEST_PAUSE = 1000;

/**
 * `onChange` is called when the table was removed, by whomever, or when chains of others change: at once, but not within
 * a pause after a call that has changed something. It returns whether it has.
 */
export const openForeignChanges = (
  { name, family }: Table,
  readiness: Readiness,
  onChange: () => boolean,
): ForeignChanges => {
  let socket: number | undefined;
  let pause: NodeJS.Timeout | undefined;
  let isDue = false;
  const tell = (): void => {
    if (pause) {
      isDue = true;
      return;
    }
    isDue = false;
    if (!onChange()) return;
    pause = setTimeout(() => {
      pause = undefined;
      if (isDue) tell();
    }, SHORTEST_PAUSE);
  };
  const concerns = (bytes: Uint8Array): boolean => {
    const messages = parseAnswers(bytes);
    return (
      tablesOf(messages, 'DELTABLE').some((table) => table.name === name && table.family === family) ||
      chainsOf(messages).some(({ table }) => !table.name.startsWith(TABLE_PREFIX))
    );
  };
  return {
    watch: () => {
      if (socket !== undefined) return;
      const events = openNetfilterEvents();
      if (events < 0) return;
      socket = events;
      readiness.watch(events, () => {
        let isConcerned = false;
        for (let part = receiveDatagram(events); part; part = receiveDatagram(events))
          isConcerned ||= concerns(part);
        if (isConcerned) tell();
      });
    },
    end: () => {
      clearTimeout(pause);
      pause = undefined;
      if (socket === undefined) return;
      readiness.forget(socket);
      closeSync(socket);
      socket = undefined;
    },
  };
};
