import type { Duplex, Writable } from 'node:stream';
import type { Diagnostic } from '../../base/diagnostic.ts';

/** What a call is answered with. */
export type Reply = {
  readonly json: (value: unknown, status?: number) => void;
  readonly error: (status: number, message: string, diagnostics?: readonly Diagnostic[]) => void;
  /** A body that is written as it comes. */
  readonly stream: (type: string) => Writable;
  /**
   * Whether the supervisor ends with this answer. What it had is put away when this says so, so that whoever reads
   * the answer finds nothing left.
   */
  readonly isLast: () => boolean;
  /** Whether the caller has asked for that. */
  readonly canUpgrade: boolean;
  /** Throws a Problem unless the caller has. */
  readonly requireUpgrade: () => void;
  /** Takes over the connection. */
  readonly upgrade: (type: string) => Duplex;
};
