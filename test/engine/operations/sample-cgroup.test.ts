import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { blockIoFiles } from '../../../src/container/cgroups/block-io.ts';
import { limitFiles } from '../../../src/container/cgroups/limits.ts';
import { existingSample, projectSample } from '../../../src/engine/operations/sample-cgroup.ts';
import { emptyRecord } from '../../../src/engine/record/project-record.ts';

/** A hierarchy of a directory of its own, with these files below it. */
function hierarchy(version: 1 | 2, files: Readonly<Record<string, string>>) {
  const mountPoint = mkdtempSync(join(tmpdir(), 'sample-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(mountPoint, path, '..'), { recursive: true });
    writeFileSync(join(mountPoint, path), text);
  }
  return { version, controllers: [], mountPoint, mountRoot: '/', readOnly: false, path: '/' } as const;
}

const rates = { throttleReadBpsDevice: [], throttleWriteBpsDevice: [] };
const operations = { throttleReadIOPSDevice: [], throttleWriteIOPSDevice: [] };
const weights = (version: 1 | 2) =>
  blockIoFiles({ weight: 300, weightDevice: [], ...rates, ...operations }, version);

test('a cgroup of version 2 is a sample if it has the controller', (t) => {
  const tree = hierarchy(2, {
    'cgroup.controllers': 'cpu io memory\n',
    'a/cgroup.controllers': 'cpu memory\n',
    'b/cgroup.controllers': 'io memory\n',
  });
  t.is(existingSample(tree, weights(2)), join(tree.mountPoint, 'b'));
  rmSync(join(tree.mountPoint, 'b'), { recursive: true });
  t.is(existingSample(tree, weights(2)), undefined);
  t.deepEqual(readdirSync(tree.mountPoint), ['a', 'cgroup.controllers']);
  rmSync(tree.mountPoint, { recursive: true });
});

test('a root of version 1 without other cgroups answers for what is no weight', (t) => {
  const tree = hierarchy(1, { 'cgroup.procs': '', 'memory.swappiness': '60\n' });
  t.is(existingSample(tree, limitFiles({ memorySwappiness: 10 }, 1)), tree.mountPoint);
  t.is(existingSample(tree, weights(1)), undefined);
  t.deepEqual(readdirSync(tree.mountPoint), ['cgroup.procs', 'memory.swappiness']);
  mkdirSync(join(tree.mountPoint, 'a'));
  writeFileSync(join(tree.mountPoint, 'a/cgroup.procs'), '');
  t.is(existingSample(tree, weights(1)), join(tree.mountPoint, 'a'));
  rmSync(tree.mountPoint, { recursive: true });
});

// Red with the cgroup of all projects, which the supervisor of another one removes.
test('where something is to start, the sample is the cgroup that the project holds', (t) => {
  const tree = hierarchy(2, { 'cgroup.subtree_control': '', 'tscompose/cgroup.subtree_control': '' });
  const held = new Set<string>();
  const sample = projectSample({ record: emptyRecord('app'), heldCgroups: held });
  t.is(sample(tree, weights(2)), join(tree.mountPoint, 'tscompose/app'));
  t.deepEqual([...held], [join(tree.mountPoint, 'tscompose/app')]);
  t.is(readFileSync(join(tree.mountPoint, 'tscompose/cgroup.subtree_control'), 'utf8'), '+io');
  rmSync(tree.mountPoint, { recursive: true });
});
