import { closeSync, constants, openSync } from 'node:fs';
import { addressOf, syscall } from './libc.ts';

const NUMBERS = process.arch === 'arm64' ? { openat2: 437, ioctl: 29 } : { openat2: 437, ioctl: 16 };

const { O_NOCTTY, O_NONBLOCK, O_RDWR } = constants;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
const RESOLVE_IN_ROOT_NO_LINKS = 16 | 2 | 4;
const TIOCSPTLCK = 0x40045431;
const TIOCGPTPEER = 0x5441;

/**
 * A new terminal in the devpts of a running container. The slave is opened by descriptor, because the container can
 * replace names below /dev/pts (CVE-2025-52565).
 */
export const openContainerTerminal = (pid: number): { readonly master: number; readonly slave: number } => {
  const root = openSync(`/proc/${pid}/root`, O_PATH);
  try {
    const master = must(openIn(root, 'dev/pts/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    const unlocked = Buffer.alloc(4);
    must(syscall(NUMBERS.ioctl, [master, TIOCSPTLCK, addressOf(unlocked)]));
    const slave = must(syscall(NUMBERS.ioctl, [master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC]));
    return { master, slave };
  } finally {
    closeSync(root);
  }
};

const openIn = (root: number, path: string, flags: number): number => {
  const name = Buffer.from(`${path}\0`);
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(flags), 0);
  how.writeBigUInt64LE(BigInt(RESOLVE_IN_ROOT_NO_LINKS), 16);
  return syscall(NUMBERS.openat2, [root, addressOf(name), addressOf(how), how.length]);
};

const must = (result: number): number => {
  if (result < 0) throw new Error(`could not open a terminal in the container: errno ${-result}`);
  return result;
};
