/**
 * Numbers of descriptors that several steps of a container use. The kernel allocates the lowest free number, and a
 * start with all facilities opens about a hundred files and two for each volume, so these are well above. Up to 512 the
 * kernel's table of descriptors takes 4 KiB; a hard limit of 1024 leaves room for as many volumes.
 */
export const FIXED = {
  rtnetlink: 490,
  hostRtnetlink: 491,
  ownNetwork: 492,
  proc: 495,
  /** For a few steps in a row. */
  scratch: 496,
  null: 497,
  dev: 498,
  oomScore: 499,
  /** The source of the first bind mount; the others follow. */
  firstTree: 500,
} as const;
