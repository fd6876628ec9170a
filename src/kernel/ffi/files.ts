import { ARCHITECTURE } from '../program/architecture.ts';
import { SYSCALLS, type SyscallName } from '../program/syscalls.ts';
import { addressOf, syscall } from './libc.ts';

/** The numbers of calls on files that no Program makes, on x64 and arm64. */
const NUMBERS = {
  copy_file_range: [326, 285],
  fadvise64: [221, 223],
  fchmod: [91, 52],
  fchown: [93, 55],
  fgetxattr: [193, 10],
  flistxattr: [196, 13],
  flock: [73, 32],
  fremovexattr: [199, 16],
  fsetxattr: [190, 7],
  fsync: [74, 82],
  ftruncate: [77, 46],
  getdents64: [217, 61],
  getxattr: [191, 8],
  linkat: [265, 37],
  listxattr: [194, 11],
  lseek: [8, 62],
  readlinkat: [267, 78],
  renameat2: [316, 276],
  setxattr: [188, 5],
  statx: [332, 291],
  sync_file_range: [277, 84],
  syncfs: [306, 267],
  utimensat: [280, 88],
} as const;

export type FileCall = keyof typeof NUMBERS | SyscallName;

const numbers = Object.fromEntries([
  ...Object.entries(SYSCALLS).map(([name, call]) => [name, call[ARCHITECTURE]] as const),
  ...Object.entries(NUMBERS).map(([name, [x64, arm64]]) => [name, ARCHITECTURE === 'x64' ? x64 : arm64]),
]) as Readonly<Record<FileCall, number>>;

/** Makes a call on files: its result, or -errno. Names are addresses of C strings, so that names are used in place. */
export const fileCall = (name: FileCall, ...words: readonly (number | bigint)[]): number =>
  syscall(numbers[name], words);

/** Memory that the kernel reads or writes. The address is valid as long as this is referenced. */
export type Room = { readonly bytes: Buffer; readonly address: number };

/** The memory of a Buffer. */
export const roomOf = (bytes: Buffer): Room => ({ bytes, address: addressOf(bytes) });

export const roomFor = (size: number): Room => roomOf(Buffer.alloc(size));

/** A C string. */
export const cString = (text: string): Room => roomOf(Buffer.from(`${text}\0`));
