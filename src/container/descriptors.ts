import { type Call, call, inOrder, inside, type Step } from '../kernel/program/program.ts';

/**
 * Numbers of descriptors that several steps of a container use. The kernel allocates the lowest free number, and a
 * start with all facilities opens about a hundred files, and MOST_OPENED at a time for mounts, so these are well above.
 * Up to 512 the kernel's table of descriptors takes 4 KiB.
 */
export const FIXED = {
  /** The mount namespace of the container, until its root has changed. */
  mounts: 486,
  netfilter: 487,
  nameDatagrams: 488,
  nameConnections: 489,
  rtnetlink: 490,
  hostRtnetlink: 491,
  ownNetwork: 492,
  /** The output of the hooks of devices. */
  hookOutput: 493,
  /** The root of the host, while the process has its root in that of the container. */
  hostRoot: 494,
  /** The procfs on /proc, before anything is mounted over it: no volume has this target, but a link can lead one there. */
  proc: 495,
  /** For a few steps in a row. */
  scratch: 496,
  /**
   * The container's own null device. Its inode is that of no other container and not the host's: root in a container can
   * change the mode of its standard input through /proc/1/fd/0.
   */
  null: 497,
  /** The directory of /dev, while nothing is mounted below it: no volume can come between. */
  dev: 498,
  oomScore: 499,
  /** The source of the first bind mount; the others follow. */
  firstTree: 500,
} as const;

/**
 * Opens a file at a fixed number, for as many later steps as need it: only one step can take the result of another. The
 * number it is opened at first is closed by the execve(2) of the command, as this one.
 */
export const openAt = (
  number: number,
  as: string,
  why: string,
  open: Call,
  { whyNumber = why, ...origin }: Pick<Step, 'from'> & { readonly whyNumber?: string } = {},
): readonly Step[] => [
  inside(why, open, { as, ...origin }),
  inside(whyNumber, call('dup3', `$${as}`, number, 'O_CLOEXEC'), origin),
];

/** A reason for the number, where that of the file is a longer one. */
export const FOR_STEPS = { whyNumber: 'a fixed number for the following steps' } as const;

/**
 * Concatenates the steps of many mounts. None needs a file that another one has opened at a number of the kernel's
 * choice, so these files are closed before there are too many. A few mounts take no further steps.
 */
export const inBatches = (parts: readonly (readonly Step[])[]): readonly Step[] => {
  const batches: (readonly Step[])[][] = [[]];
  let opened = 0;
  for (const part of parts) {
    const files = part.filter(({ as }) => as !== undefined).length;
    if (opened > 0 && opened + files > MOST_OPENED) {
      batches.push([]);
      opened = 0;
    }
    batches.at(-1)!.push(part);
    opened += files;
  }
  return inOrder(batches.length === 1 ? parts : batches.flatMap((batch) => [MARK, ...batch, CLOSE]));
};

const MOST_OPENED = 64;

const MANY = 'closes what the mounts before it have opened, because there are many';

// No earlier step closes a file, so the lowest free number is below those of all files that are opened later.
const MARK: readonly Step[] = [
  inside(MANY, call('openat', 'AT_FDCWD', '/', 'O_PATH|O_CLOEXEC', 0), { as: 'mark' }),
];
const CLOSE: readonly Step[] = [inside(MANY, call('close_range', '$mark', FIXED.mounts - 1, ''))];
