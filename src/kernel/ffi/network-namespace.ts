import { closeSync, openSync, readlinkSync } from 'node:fs';
import { syscall } from './libc.ts';

const SETNS = process.arch === 'arm64' ? 268 : 308;

/**
 * Acts in the network namespace of a pidfd, or of a descriptor of the namespace; undefined if there is none. What
 * /proc/sys/net has is of that namespace then.
 * setns(2) moves the calling thread alone, and it returns before anything else runs.
 */
export const inNetwork = <Result>(descriptor: number, act: () => Result): Result | undefined => {
  const wayBack = openSync(NETWORK_NAMESPACE, 'r');
  try {
    if (syscall(SETNS, [descriptor, CLONE_NEWNET]) < 0) return undefined;
    try {
      return act();
    } finally {
      // Everything after this would go to the container's network.
      if (syscall(SETNS, [wayBack, CLONE_NEWNET]) < 0) process.abort();
    }
  } finally {
    closeSync(wayBack);
  }
};

/** The same, but not in the network namespace of this process: undefined if that is the one. */
export const inOtherNetwork = <Result>(descriptor: number, act: () => Result): Result | undefined => {
  const own = readlinkSync(NETWORK_NAMESPACE);
  return inNetwork(descriptor, () => (readlinkSync(NETWORK_NAMESPACE) === own ? undefined : act()));
};

/** Of the calling thread, which is the first of its process. */
export const NETWORK_NAMESPACE = '/proc/self/ns/net';
const CLONE_NEWNET = 0x40000000;
