import koffi from 'koffi';
import { SpawnError } from '../program/runner.ts';
import { duplicate } from './descriptors.ts';
import { addressOf, syscall } from './libc.ts';

const libc = koffi.load(null);

// Opaque structs: 336 and 80 bytes in glibc, less in musl.
const attributes = Buffer.alloc(512);
const actions = Buffer.alloc(512);

const spawn = libc.func(
  'int posix_spawn(_Out_ int *pid, const char *path, void *actions, void *attributes, void *argv, void *envp)',
);
const actionsInit = libc.func('int posix_spawn_file_actions_init(void *actions)');
const actionsDup2 = libc.func('int posix_spawn_file_actions_adddup2(void *actions, int fd, int newfd)');
const actionsDestroy = libc.func('int posix_spawn_file_actions_destroy(void *actions)');
const attributesInit = libc.func('int posix_spawnattr_init(void *attributes)');
const setFlags = libc.func('int posix_spawnattr_setflags(void *attributes, short flags)');
const setMask = libc.func('int posix_spawnattr_setsigmask(void *attributes, void *set)');
const setDefault = libc.func('int posix_spawnattr_setsigdefault(void *attributes, void *set)');

const POSIX_SPAWN_SETSIGDEF = 4;
const POSIX_SPAWN_SETSIGMASK = 8;

attributesInit(attributes);
setFlags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
setMask(attributes, Buffer.alloc(128));
setDefault(attributes, Buffer.alloc(128, 0xff));

/** The arguments and the environment of a program: none where they are missing. */
export type Words = { readonly arguments?: readonly string[]; readonly environment?: readonly string[] };

/**
 * posix_spawn(3) of a program with these descriptors as 0, 1, 2 …. All other descriptors of this process are
 * close-on-exec. libc uses vfork(2) or its equivalent, so the size of this process does not matter.
 */
export const posixSpawn = (path: string, descriptors: readonly number[], words: Words = {}): number => {
  // A descriptor within the target range could be replaced by dup2 before it is copied itself.
  const safe = descriptors.map((fd) => (fd < descriptors.length ? duplicate(fd, descriptors.length) : fd));
  const pid = [0];
  actionsInit(actions);
  for (const [number, fd] of safe.entries()) actionsDup2(actions, fd, number);
  const [argv, envp] = [words.arguments, words.environment].map((each) => (each ? pointersTo(each) : NONE));
  const error = spawn(pid, path, actions, attributes, argv, envp) as number;
  actionsDestroy(actions);
  for (const [number, fd] of safe.entries()) if (fd !== descriptors[number]) syscall(CLOSE, [fd]);
  if (error !== 0) throw new SpawnError(error);
  return pid[0] as number;
};

/** Pointers, a null pointer, and the texts that the pointers lead to. */
const pointersTo = (words: readonly string[]): Buffer => {
  const texts = words.map((word) => Buffer.from(`${word}\0`));
  const vector = Buffer.concat([Buffer.alloc(8 * (words.length + 1)), ...texts]);
  let address = addressOf(vector) + 8 * (words.length + 1);
  for (const [index, { length }] of texts.entries()) {
    vector.writeBigUInt64LE(BigInt(address), 8 * index);
    address += length;
  }
  return vector;
};

/** The null pointer alone. */
const NONE = Buffer.alloc(8);

const CLOSE = process.arch === 'arm64' ? 57 : 3;
