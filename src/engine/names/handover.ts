import { closeSync } from 'node:fs';
import { HANDOVER } from '../../container/resolver.ts';
import { receiveDescriptors, socketPair } from '../../kernel/ffi/sockets.ts';
import type { Values } from '../../kernel/launch/launch.ts';
import type { NameSockets } from './names.ts';

/** The way on which the sockets of a name server come from the process that opens them. */
export type Handover = {
  /** For the Program. */
  readonly values: Values;
  /** The sockets, after the process has ended its steps. */
  readonly take: () => NameSockets | undefined;
  readonly close: () => void;
};

export const openHandover = (): Handover => {
  const [own, other] = socketPair();
  return {
    values: { [HANDOVER]: other },
    take: () => {
      const [datagrams, connections] = receiveDescriptors(own);
      return datagrams === undefined || connections === undefined ? undefined : { datagrams, connections };
    },
    close: () => [own, other].forEach(closeSync),
  };
};
