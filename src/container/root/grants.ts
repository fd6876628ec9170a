import { call, onHost, type Ref, type Step } from '../../kernel/program/program.ts';
import type { Container } from '../facts.ts';
import type { OciMount } from '../oci.ts';

/** The descriptors of the supervisor with the contents: a Program never has the contents themselves. */
export const contentDescriptors = ({ grants }: Pick<Container, 'grants'>): readonly Ref[] =>
  grants.map((_, index) => contentOf(index));

/** Bytes of memory for files of these lengths: at least a page for each, of the largest page that architectures have. */
export const grantSpace = (lengths: readonly number[]): number =>
  lengths.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / PAGE)) * PAGE, 0);

const PAGE = 65536;

/** Keeps the file system of the files of /etc, which holds those of configs and secrets too, out of the swap space. */
export const unswappableSteps = ({ grants }: Container): readonly Step[] =>
  grants.length === 0 ? NOTHING : NO_SWAP;

// One object for all, so that containers share the steps around it.
const NOTHING: readonly Step[] = [];

// tmpfs has this option since Linux 6.4, and not in a user namespace.
const NO_SWAP: readonly Step[] = [
  onHost(
    'the kernel does not write the secrets to the swap space',
    call('fsconfig', '$etc_system', 'FSCONFIG_SET_FLAG', 'noswap', null, 0),
    { tolerate: 'EINVAL' },
  ),
];

/**
 * Makes the file of each config and secret in the file system of the files of /etc. The supervisor does it: a process is
 * created with a few descriptors only, and there may be many contents.
 */
export const grantFileSteps = ({ grants }: Container): readonly Step[] =>
  grants.flatMap(({ kind, key, target, uid, gid, mode }, index) => {
    const why = `the file of the ${kind} ${key}, in memory`;
    const from = target;
    const [name, file] = [`grant_${index}`, fileOf(index)];
    return [
      onHost(why, call('openat', '$etc', file, 'O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC', 0o600), {
        as: name,
        from,
      }),
      onHost(why, call('sendfile', `$${name}`, contentOf(index), 0, MOST), { from }),
      onHost(why, call('close', `$${name}`), { from }),
      ...(uid === 0 && gid === 0
        ? []
        : [onHost(why, call('fchownat', '$etc', file, uid, gid, 'AT_SYMLINK_NOFOLLOW'), { from })]),
      // chown(2) clears bits, and the umask of the supervisor others.
      onHost(why, call('fchmodat', '$etc', file, mode), { from }),
    ];
  });

/** The source is in the file system of the files of /etc. */
export const grantMounts = ({ grants }: Container): readonly OciMount[] =>
  grants.map(({ target }, index) => ({
    destination: target,
    type: 'bind',
    source: fileOf(index),
    options: READ_ONLY_FILE,
  }));

const READ_ONLY_FILE = ['bind', 'rprivate', 'ro', 'nosuid', 'nodev', 'noexec'];

const contentOf = (index: number): Ref => `$content_${index}`;

const fileOf = (index: number): string => `grant-${index}`;

/** sendfile(2): it copies at most this many bytes at once. */
const MOST = 0x7ffff000;
