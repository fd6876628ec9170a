import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { nodesAt } from '../../../src/engine/devices/nodes.ts';

test('a directory stands for the nodes below it, at the same places', (t) => {
  const nodes = nodesAt('/dev', '/srv/all');
  const paths = nodes.map(({ path }) => path);
  t.true(paths.includes('/srv/all/null'));
  t.true(paths.every((path) => path.startsWith('/srv/all/')));
  t.deepEqual(nodes.find(({ path }) => path === '/srv/all/null')?.major, 1);
});

// Red without: the exception for links to /proc in nodesAt.
test('links to nodes are nodes, those to streams of a process and to directories are not', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'nodes-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  symlinkSync('/dev/null', join(directory, 'by-id'));
  symlinkSync('/proc/self/root/dev/null', join(directory, 'stdin'));
  symlinkSync('/dev', join(directory, 'all'));
  t.deepEqual(
    nodesAt(directory, '/dev/x').map(({ path }) => path),
    ['/dev/x/by-id'],
  );
});

test('a path that is no device and has none below is no node', (t) => {
  t.deepEqual(nodesAt('/proc/version', '/dev/x'), []);
  t.deepEqual(nodesAt('/dev/nothing-here', '/dev/x'), []);
});

// Red without: NO_DEVICES in nodesAt.
test('what programs keep in shared memory is no device, however deep it lies', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-nodes-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'shm'));
  mkdirSync(join(directory, 'input'));
  for (const place of ['shm/zero', 'input/zero'])
    execFileSync('mknod', [join(directory, place), 'c', '1', '5']);
  t.deepEqual(
    nodesAt(directory, '/dev').map(({ path }) => path),
    ['/dev/input/zero'],
  );
});
