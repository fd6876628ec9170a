/** A device number as mknod(2) takes it. sysmacros.h: the high bits of the minor number are above the major number. */
export const deviceNumber = (major: number, minor: number): number =>
  (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x100000;
