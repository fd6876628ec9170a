/** A device number as mknod(2) takes it. sysmacros.h: the high bits of the minor number are above the major number. */
export const deviceNumber = (major: number, minor: number): number =>
  (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >>> 8) * 0x100000;

export const majorOf = (device: number): number => (device >>> 8) & 0xfff;

export const minorOf = (device: number): number => (device & 0xff) + (device >>> 20) * 0x100;
