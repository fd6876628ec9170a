import type { Duplex, Writable } from 'node:stream';
import type { Diagnostic } from '../../base/diagnostic.ts';

/** The response to a call. */
export type Reply = {
  readonly json: (value: unknown, status?: number) => void;
  readonly error: (status: number, message: string, diagnostics?: readonly Diagnostic[]) => void;
  /** A streamed body. */
  readonly stream: (type: string) => Writable;
  /**
   * Whether the supervisor ends after this response. If true, its resources are removed already, so they are gone
   * before the caller reads the response.
   */
  readonly isLast: () => boolean;
  /** Whether the caller requested an upgrade. */
  readonly canUpgrade: boolean;
  /** Throws a Problem if the caller requested no upgrade. */
  readonly requireUpgrade: () => void;
  /** Takes over the connection. */
  readonly upgrade: (type: string) => Duplex;
};
