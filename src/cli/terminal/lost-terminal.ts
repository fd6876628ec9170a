import { closeSync, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Whether a standard stream is a terminal that was closed. tty_ioctl(4): every call on it fails with EIO, so that it
 * looks like any other character device.
 */
export function hasLostTerminal(): boolean {
  return STREAMS.some(isLost);
}

/**
 * At its exit, Node restores the modes of the terminal, and aborts with a stack trace if the terminal was closed. It
 * leaves a descriptor alone that is another file by then.
 */
export function releaseLostTerminal(): void {
  for (const stream of STREAMS.filter(isLost)) {
    // open(2) returns the lowest free number.
    closeSync(stream);
    openSync('/dev/null', 'r+');
  }
}

const STREAMS = [0, 1, 2] as const;

/** kernel/Documentation/admin-guide/devices.txt: Unix98 PTY slaves have the majors 136 to 143, consoles 4. */
function isLost(stream: number): boolean {
  // Node opens /dev/null at its start for a stream that is closed.
  const entry = fstatSync(stream);
  if (!entry.isCharacterDevice() || isatty(stream)) return false;
  const major = (entry.rdev >> 8) & 0xfff;
  return major === 4 || (major >= 136 && major <= 143);
}
