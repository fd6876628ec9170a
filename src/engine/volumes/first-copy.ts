import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { type Filled, type Filling, fillAtOnce } from '../../kernel/copy/fill.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { type FillFailure, type FillReport, reportOf } from './fill-process.ts';
import { ownProcess } from './own-process.ts';

/**
 * Copies what the root of a container has at a target into an empty volume, and gives the volume the attributes of the
 * target. A process of its own makes the copy; it ends when the signal is aborted, or when this process ends. Only an
 * empty directory is copied at once. After a kill, the next call finishes or repeats the copy. Throws a Problem, or the
 * reason of the signal; the volume is empty then.
 */
export const fillVolume = async (
  filling: Filling,
  { signal, entry = process.argv[1]! }: { readonly signal?: AbortSignal; readonly entry?: string } = {},
): Promise<Filled> => {
  signal?.throwIfAborted();
  const report = reportOf(() => fillAtOnce(filling)) ?? (await fillInProcess(filling, entry, signal));
  if (report && 'filled' in report) return report.filled;
  signal?.throwIfAborted();
  throw new Problem(report ? notFilled(filling, report) : ENDED);
};

/** Undefined if the process was killed. */
const fillInProcess = async (
  filling: Filling,
  entry: string,
  signal: AbortSignal | undefined,
): Promise<FillReport | undefined> => {
  const words = ['fill', JSON.stringify(filling)];
  const { stdin, report } = ownProcess<FillReport>(words, { stdin: 'pipe', entry });
  stdin!.on('error', () => {});
  const cancel = (): void => void stdin!.destroy();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await report;
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
};

const notFilled = ({ target, data }: Filling, { call, path, errno }: FillFailure): Diagnostic => {
  const code = errnoName(errno);
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return {
    severity: 'error',
    code: isFull ? 'no-space' : 'volume-not-filled',
    message: isFull ? `no space is left in ${data}` : 'the first copy into a volume failed',
    facts: [
      ['call', `${call}("${path === undefined ? target : `${target}/${path}`}") = ${code}`],
      ['volume', data],
    ],
    notes: [`an empty volume gets a copy of what the root file system has at ${target}`],
    help: isFull
      ? '`df -h` and `df -i` show what is used; `nocopy: true` leaves the volume empty'
      : '`nocopy: true` leaves the volume empty',
  };
};

const ENDED: Diagnostic = {
  severity: 'error',
  code: 'volume-not-filled',
  message: 'the process of the first copy into a volume was killed',
  help: 'the next `tscompose up` repeats the copy',
};
