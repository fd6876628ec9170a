import { writeSync } from 'node:fs';
import { CallError } from '../../kernel/copy/call.ts';
import { type Filled, type Filling, fill } from '../../kernel/copy/fill.ts';
import { doNotBlock } from '../../kernel/ffi/descriptors.ts';
import { fileCall, roomFor } from '../../kernel/ffi/files.ts';

export type FillReport = { readonly filled: Filled } | FillFailure;

/** The call that failed, and the path below the target if it is known. */
export type FillFailure = { readonly call: string; readonly errno: number; readonly path?: string };

/** The hidden command `fill`: it reports on standard output, and gives up when its standard input is closed. */
export const fillAndReport = ([filling]: readonly string[]): number => {
  doNotBlock(STDIN);
  const report = reportOf(() => fill(JSON.parse(filling!) as Filling, endWhenClosed()));
  if (!report) return 1;
  writeSync(STDOUT, JSON.stringify(report));
  return 'filled' in report ? 0 : 1;
};

/** Undefined if there is nothing to report. */
export const reportOf = (work: () => Filled | undefined): FillReport | undefined => {
  try {
    const filled = work();
    return filled && { filled };
  } catch (error) {
    if (error instanceof Closed) return undefined;
    if (!(error instanceof CallError)) throw error;
    const { call, errno, path } = error;
    return { call, errno, ...(path !== undefined && { path }) };
  }
};

class Closed extends Error {}

/** Throws if standard input is closed; it asks the kernel once in a while only. */
const endWhenClosed = (): (() => void) => {
  let calls = 0;
  return () => {
    if (calls++ % CALLS_PER_LOOK === 0 && fileCall('read', STDIN, byte.address, 1) === 0) throw new Closed();
  };
};

const CALLS_PER_LOOK = 16;
const byte = roomFor(1);
const [STDIN, STDOUT] = [0, 1];
