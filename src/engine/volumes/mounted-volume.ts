import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/text/typo.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { errnoMeaning } from '../../kernel/program/errno-meaning.ts';
import type { Call } from '../../kernel/program/program.ts';
import { callText } from '../../kernel/program/text.ts';
import { readIfThere } from '../directories/read-if-there.ts';
import { mountsBelow } from '../trash/mounts-below.ts';
import { MOUNTS, mountCalls } from './mount-calls.ts';
import { type MountReport, unmountAll } from './mount-process.ts';
import { ownProcess } from './own-process.ts';
import type { VolumeStore } from './store.ts';
import type { StoredVolume } from './stored-volume.ts';
import { lockVolume, type VolumeLock } from './volume-lock.ts';

/**
 * Locks a volume with options; the first of its supervisors mounts what they name, and the last one unmounts it. A
 * process of its own makes the calls, because a server of NFS may let them wait for minutes; the signal ends the wait, and its
 * reason is thrown then.
 */
export const lockMounted = async (
  store: VolumeStore,
  { name, options }: StoredVolume,
  { signal, entry }: Mounting = {},
): Promise<VolumeLock> => {
  const directory = store.directory(name);
  const turn = await turnToMount(directory, signal);
  try {
    const lock = store.hold(name);
    try {
      await mountOnce(name, store.data(name), options, { signal, entry });
    } catch (error) {
      lock.release();
      throw error;
    }
    return {
      release: () => {
        lock.release();
        unmountIfUnused(directory, store.data(name));
      },
    };
  } finally {
    turn.release();
  }
};

type Mounting = { readonly signal?: AbortSignal | undefined; readonly entry?: string | undefined };

/** Supervisors mount and unmount a volume one after the other. */
const turnToMount = async (directory: string, signal: AbortSignal | undefined): Promise<VolumeLock> => {
  for (;;) {
    signal?.throwIfAborted();
    const turn = lockVolume(`${directory}/mounting`, 'exclusive');
    if (typeof turn === 'object') return turn;
    // `store.hold` reports a volume that is gone.
    if (turn === 'gone') return { release: () => {} };
    await delay(TURN_INTERVAL);
  }
};

const TURN_INTERVAL = 10;

/** A supervisor that waits for its turn to mount unmounts later. */
const unmountIfUnused = (directory: string, data: string): void => {
  const turn = lockVolume(`${directory}/mounting`, 'exclusive');
  if (typeof turn !== 'object') return;
  const others = lockVolume(`${directory}/lock`, 'exclusive');
  if (typeof others === 'object') {
    unmountAll(data);
    others.release();
  }
  turn.release();
};

/** A killed supervisor, or another one, may have mounted it; an unfinished mount begins again. */
const mountOnce = async (
  name: string,
  data: string,
  options: StoredVolume['options'],
  mounting: Mounting,
): Promise<void> => {
  const mounts = mountsBelow(data).filter((path) => path === data).length;
  if (mounts >= MOUNTS) return;
  unmountAll(data);
  const calls = mountCalls(data, await withAddress(options));
  const failed = await failureOf(data, calls, mounting).catch((error: unknown) => {
    // The killed process may have made some of the calls.
    unmountAll(data);
    mounting.signal?.throwIfAborted();
    throw error;
  });
  if (failed) throw new Problem(notMounted({ name, options }, calls[failed.index]!, failed.errno));
};

const failureOf = async (
  data: string,
  calls: readonly Call[],
  { signal, entry = process.argv[1]! }: Mounting,
): Promise<MountReport['failed']> => {
  const words = ['mount', data, JSON.stringify(calls)];
  const report = await ownProcess<MountReport>(words, { signal, entry }).report;
  if (!report) throw new Error('the process that mounts a volume was killed');
  return report.failed;
};

/** mount(2) takes addresses only: as in Docker, the name in `addr` of a network file system is looked up. */
const withAddress = async (options: StoredVolume['options']): Promise<StoredVolume['options']> => {
  const { type = '', o = '' } = options;
  const name = /(?:^|,)addr=([^,]+)/.exec(o)?.[1];
  if (!NETWORK.has(type) || name === undefined || isIP(name) !== 0) return options;
  const found = await lookup(name).catch(() => undefined);
  if (!found) throw new Problem(noAddress(name));
  return { ...options, o: o.replace(`addr=${name}`, `addr=${found.address}`) };
};

const NETWORK: ReadonlySet<string> = new Set(['nfs', 'nfs4', 'cifs']);

const notMounted = (
  { name, options }: Pick<StoredVolume, 'name' | 'options'>,
  failed: Call,
  errno: number,
): Diagnostic => {
  const meaning = errnoMeaning('mount', errno);
  const help = wayOut(options, errnoName(errno)) ?? meaning?.help;
  return {
    severity: 'error',
    code: 'volume-not-mounted',
    message: `volume \`${name}\` could not be mounted`,
    facts: [['call', `${callText(failed).replace(PASSWORD, '$1=********')} = ${errnoName(errno)}`]],
    ...(meaning?.note && { notes: [meaning.note] }),
    ...(help && { help }),
  };
};

const wayOut = (
  { type = '', o = '', device = '' }: StoredVolume['options'],
  errno: string,
): string | undefined => {
  if (errno === 'ENOENT' && /(?:^|,)r?bind(?:,|$)/.test(o))
    return device.startsWith('/')
      ? `create the directory: \`mkdir -p ${device}\``
      : '`device` must be an absolute path, or set `driver: local` and `o: bind` for one relative to the file';
  if (errno !== 'ENODEV') return undefined;
  if (LOADABLE.includes(type))
    return `run \`modprobe ${type}\`; where that finds no module, this kernel cannot have such a volume`;
  const near = didYouMean(type, [...fileSystems(), ...LOADABLE]);
  return near === undefined ? undefined : `did you mean \`type: ${near}\`?`;
};

/** Types that volumes have in Compose files, of which each is a module of the kernel. */
const LOADABLE = ['nfs', 'nfs4', 'cifs', 'ext4', 'xfs', 'btrfs', 'vfat', 'ceph', '9p', 'overlay', 'ntfs3'];

/** The types of file systems that this kernel has loaded. */
const fileSystems = (): readonly string[] =>
  readIfThere('/proc/filesystems')
    .split('\n')
    .flatMap((line) => line.split('\t')[1] || []);

const PASSWORD = /\b(pass(?:word)?)=[^,"]*/g;

const noAddress = (name: string): Diagnostic => ({
  severity: 'error',
  code: 'volume-not-mounted',
  message: `the server \`${name}\` of a volume has no address`,
  help: 'correct `addr` in `driver_opts.o`, or write an address there',
});
