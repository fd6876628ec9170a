import { mountOptions } from '../../container/root/mount-options.ts';
import { type Call, call } from '../../kernel/program/program.ts';

/**
 * The calls that mount what the options of a volume name on its directory, as mount(8) does for `type`, `o` and
 * `device`. A private bind mount of the directory comes first: mount_namespaces(7): what is mounted on a private mount
 * appears in no other mount namespace.
 */
export const mountCalls = (data: string, options: Readonly<Record<string, string>>): readonly Call[] => [
  call('mount', data, data, null, 'MS_BIND', null),
  call('mount', null, data, null, 'MS_PRIVATE', null),
  ...fileSystemCalls(data, options),
  // A bind mount begins in the peer group of its source.
  call('mount', null, data, null, 'MS_REC|MS_PRIVATE', null),
];

/** The number of mounts on the directory when all are made. */
export const MOUNTS = 2;

const fileSystemCalls = (
  path: string,
  { type = '', o = '', device = '' }: Readonly<Record<string, string>>,
): readonly Call[] => {
  const words = o.split(',').filter((word) => word !== '');
  const { flags, recursive, data } = mountOptions(words);
  if (!words.includes('bind') && !recursive) return [call('mount', device, path, type, flags, data)];
  return [
    call('mount', device, path, null, recursive ? 'MS_BIND|MS_REC' : 'MS_BIND', null),
    // mount(2): a bind mount ignores all other flags, a remount of it does not.
    ...(flags === '' ? [] : [call('mount', null, path, null, `MS_REMOUNT|MS_BIND|${flags}`, null)]),
  ];
};
