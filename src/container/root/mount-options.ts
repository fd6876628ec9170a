import { oncePer } from '../../base/lazy.ts';
import type { MountAttributes } from '../../kernel/program/program.ts';

/** Mount options of OCI and fstab(5), split into flags of mount(2), attributes of mount_setattr(2), and data. */
export type MountOptions = {
  readonly flags: string;
  /** Attributes of a bind mount, and of the mounts below it if it is recursive. */
  readonly attributes: MountAttributes;
  readonly recursive: boolean;
  /** Of a recursive bind mount, without the mounts below it. */
  readonly top: string;
  /** Options of the file system itself, or null. */
  readonly data: string | null;
};

const FLAGS: Readonly<Record<string, string>> = {
  ro: 'MS_RDONLY',
  nosuid: 'MS_NOSUID',
  nodev: 'MS_NODEV',
  noexec: 'MS_NOEXEC',
  noatime: 'MS_NOATIME',
  nodiratime: 'MS_NODIRATIME',
  strictatime: 'MS_STRICTATIME',
  relatime: 'MS_RELATIME',
};

const ATTRIBUTES: Readonly<Record<string, string>> = {
  rro: 'MOUNT_ATTR_RDONLY',
  nosuid: 'MOUNT_ATTR_NOSUID',
  nodev: 'MOUNT_ATTR_NODEV',
  noexec: 'MOUNT_ATTR_NOEXEC',
};

const TOP_ATTRIBUTES: Readonly<Record<string, string>> = { ro: 'MOUNT_ATTR_RDONLY' };

const PROPAGATION: Readonly<Record<string, string>> = {
  private: 'MS_PRIVATE',
  rprivate: 'MS_PRIVATE',
  slave: 'MS_SLAVE',
  rslave: 'MS_SLAVE',
  shared: 'MS_SHARED',
  rshared: 'MS_SHARED',
};

/** Options that cancel an earlier one. */
const OPPOSITES: Readonly<Record<string, string>> = {
  rw: 'ro',
  suid: 'nosuid',
  dev: 'nodev',
  exec: 'noexec',
  atime: 'noatime',
  diratime: 'nodiratime',
  norelatime: 'relatime',
  nostrictatime: 'strictatime',
};

// Options without an effect. Since Linux 4.7 every devpts mount is a new instance.
const NOTHING = new Set(['bind', 'rbind', 'async', 'newinstance', 'defaults']);

export const mountOptions = oncePer((given: readonly string[]): MountOptions => {
  const options = given.filter((option, index) => !isTakenBack(option, given.slice(index + 1)));
  const pick = (table: Readonly<Record<string, string>>): readonly string[] =>
    options.flatMap((option) => table[option] ?? []);
  const recursive = options.includes('rbind');
  const [all, top] = [pick(ATTRIBUTES), pick(TOP_ATTRIBUTES)];
  const data = options.filter(
    (option) =>
      !(
        option in FLAGS ||
        option in ATTRIBUTES ||
        option in PROPAGATION ||
        option in OPPOSITES ||
        NOTHING.has(option)
      ),
  );
  return {
    flags: pick(FLAGS).join('|'),
    attributes: {
      set: [...new Set(recursive ? all : [...top, ...all])].join('|'),
      propagation: pick(PROPAGATION)[0] ?? 'MS_PRIVATE',
    },
    recursive,
    top: recursive ? top.join('|') : '',
    data: data.length > 0 ? data.join(',') : null,
  };
});

const isTakenBack = (option: string, later: readonly string[]): boolean =>
  later.some((other) => OPPOSITES[other] === option);
