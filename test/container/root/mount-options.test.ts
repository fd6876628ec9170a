import test from 'ava';
import { mountOptions } from '../../../src/container/root/mount-options.ts';

test('flags, attributes and what the file system reads are told apart', (t) => {
  t.deepEqual(mountOptions(['rbind', 'rslave', 'ro', 'nodev', 'size=1m']), {
    flags: 'MS_RDONLY|MS_NODEV',
    attributes: { set: 'MOUNT_ATTR_NODEV', propagation: 'MS_SLAVE' },
    recursive: true,
    top: 'MOUNT_ATTR_RDONLY',
    data: 'size=1m',
  });
});

test('a bind mount is read-only with the mounts below it, or without them, or has none', (t) => {
  const access = (options: readonly string[]) => {
    const { attributes, top, recursive } = mountOptions(options);
    return [attributes.set, top, recursive];
  };
  t.deepEqual(access(['rbind', 'rro']), ['MOUNT_ATTR_RDONLY', '', true]);
  t.deepEqual(access(['rbind', 'ro']), ['', 'MOUNT_ATTR_RDONLY', true]);
  t.deepEqual(access(['bind', 'ro']), ['MOUNT_ATTR_RDONLY', '', false]);
});

test('the last of two opposites wins', (t) => {
  t.is(mountOptions(['noexec', 'exec']).flags, '');
  t.is(mountOptions(['exec', 'noexec']).flags, 'MS_NOEXEC');
  t.is(mountOptions(['ro', 'rw', 'nosuid']).flags, 'MS_NOSUID');
});

test('a default that is spelled out asks the file system for nothing', (t) => {
  const spelled = ['rw', 'suid', 'dev', 'exec', 'atime', 'diratime', 'norelatime', 'nostrictatime', 'async'];
  t.deepEqual([mountOptions(spelled).flags, mountOptions(spelled).data], ['', null]);
});
