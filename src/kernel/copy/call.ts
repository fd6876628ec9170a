import { type FileCall, fileCall } from '../ffi/files.ts';

/** A call that failed. The path is added where it is known. */
export class CallError extends Error {
  readonly call: FileCall;
  readonly errno: number;
  path?: string;

  constructor(call: FileCall, errno: number) {
    super(`${call} failed with errno ${errno}`);
    this.call = call;
    this.errno = errno;
  }
}

/** Makes a call on files: its result. Throws a CallError. */
export const must = (call: FileCall, ...words: readonly (number | bigint)[]): number => {
  const result = fileCall(call, ...words);
  if (result < 0) throw new CallError(call, -result);
  return result;
};

/** The same, but some errors are results: -errno. */
export const mustOr = (
  allowed: readonly number[],
  call: FileCall,
  ...words: readonly (number | bigint)[]
): number => {
  const result = fileCall(call, ...words);
  if (result < 0 && !allowed.includes(-result)) throw new CallError(call, -result);
  return result;
};

export const close = (fd: number): void => {
  fileCall('close', fd);
};

/** Closes the descriptors that `keep` was given when the work is done or has failed. */
export const withDescriptors = <Result>(work: (keep: (fd: number) => number) => Result): Result => {
  const kept: number[] = [];
  const keep = (fd: number): number => {
    kept.push(fd);
    return fd;
  };
  try {
    return work(keep);
  } finally {
    kept.forEach(close);
  }
};
