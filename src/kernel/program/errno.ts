/** errno(3) by name; the numbers are the same on x64 and arm64 (asm-generic). */
const NUMBERS = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  ENOEXEC: 8,
  EBADF: 9,
  ECHILD: 10,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  ENOTBLK: 15,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOTTY: 25,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  ESPIPE: 29,
  EROFS: 30,
  EMLINK: 31,
  EPIPE: 32,
  EDOM: 33,
  ERANGE: 34,
  EDEADLK: 35,
  ENAMETOOLONG: 36,
  ENOLCK: 37,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  EXFULL: 54,
  ENODATA: 61,
  EOVERFLOW: 75,
  ELIBBAD: 80,
  EUSERS: 87,
  ENOTSOCK: 88,
  EPROTONOSUPPORT: 93,
  EOPNOTSUPP: 95,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETUNREACH: 101,
  ENOBUFS: 105,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EALREADY: 114,
  ESTALE: 116,
  EDQUOT: 122,
} as const; // prettier-ignore

export type Errno = keyof typeof NUMBERS;

export const errnoNumber = (name: Errno): number => NUMBERS[name];

const NAMES = new Map<number, Errno>(
  Object.entries(NUMBERS).map(([name, number]) => [number, name as Errno]),
);

/** `ENOENT`, or `errno 133` for a number that is not in the table. */
export const errnoName = (number: number): Errno | `errno ${number}` =>
  NAMES.get(number) ?? `errno ${number}`;
