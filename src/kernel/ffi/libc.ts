import koffi from 'koffi';

/** Calls of libc. All of them are synchronous, on the calling thread. */
const libc = koffi.load(null);

const rawSyscall = libc.func(
  'long syscall(long number, int64 a, int64 b, int64 c, int64 d, int64 e, int64 f)',
);
const rawMmap = libc.func(
  'void *mmap(void *address, size_t length, int protection, int flags, int fd, long offset)',
);

/** syscall(2) with the error convention of the kernel: returns the result, or -errno. */
export const syscall = (
  number: number | bigint,
  [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly (number | bigint)[],
): number => {
  const result = rawSyscall(number, a, b, c, d, e, f) as number;
  return result === -1 ? -koffi.errno() : result;
};

/** The address of the bytes of a Buffer. It is valid as long as the Buffer is referenced. */
export const addressOf = (buffer: Uint8Array): number => Number(koffi.address(buffer));

/**
 * mmap(2) of a whole file, readable, writable and shared, at exactly this address.
 * MAP_SHARED | MAP_FIXED_NOREPLACE: an address that is already mapped is an error, and is not replaced.
 */
export const mapShared = (fd: number, length: number, address: number): ArrayBuffer => {
  const pointer = rawMmap(BigInt(address), length, 1 | 2, 0x01 | 0x100000, fd, 0) as bigint;
  if (Number(pointer) !== address)
    throw new Error(`mmap at ${address.toString(16)} failed with errno ${koffi.errno()}`);
  return koffi.view(pointer, length);
};
