import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test from 'ava';
import { dependencies, inOrder, moduleBytes, moduleName } from './modules.ts';

const module = (depends: string): Buffer =>
  Buffer.from(`ELF\0license=GPL\0depends=${depends}\0retpoline=Y\0`);

test('a module is loaded after what it depends on, and once', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-modules-'));
  try {
    mkdirSync(join(directory, 'kernel/net'), { recursive: true });
    const modules = { bridge: 'stp,llc', stp: 'llc', llc: '', 'virtio-net': 'virtio_ring', virtio_ring: '' };
    for (const [name, depends] of Object.entries(modules))
      writeFileSync(join(directory, `kernel/net/${name}.ko`), module(depends));
    writeFileSync(join(directory, 'modules.builtin'), 'kernel/fs/ext4/ext4.ko\n');
    const names = inOrder(directory, ['bridge', 'ext4', 'virtio_net', 'stp']).map((path) => basename(path));
    t.deepEqual(names, ['llc.ko', 'stp.ko', 'bridge.ko', 'virtio_ring.ko', 'virtio-net.ko']);
    t.throws(() => inOrder(directory, ['nosuch']), { message: /no module nosuch/ });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a module that is compressed is read as it was', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-modules-'));
  try {
    mkdirSync(join(directory, 'kernel'));
    writeFileSync(join(directory, 'modules.builtin'), '');
    writeFileSync(join(directory, 'kernel/loop.ko'), module(''));
    // As Debian compresses them: xz(1) with a checksum that the kernel knows.
    execFileSync('xz', ['--check=crc32', join(directory, 'kernel/loop.ko')]);
    const [path] = inOrder(directory, ['loop']);
    t.is(path, join(directory, 'kernel/loop.ko.xz'));
    t.is(moduleName(path!), 'loop');
    t.deepEqual(moduleBytes(path!), module(''));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a module may depend on nothing', (t) => t.deepEqual(dependencies(module('')), []));
