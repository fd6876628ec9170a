import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { inheritanceOf } from '../../../src/engine/cgroups/inheritance.ts';
import type { CgroupLayout } from '../../../src/kernel/cgroup.ts';
import { service } from '../../container/samples.ts';

for (const [what, existing, levels] of [
  ['neither cgroup above exists', [], ['tscompose', 'tscompose/app']],
  ['the outer one is complete', ['tscompose'], undefined],
  ['both are complete', ['tscompose', 'tscompose/app'], undefined],
] as const)
  test(`CPUs are written into the cgroups above if they will have none: ${what}`, (t) => {
    const mountPoint = mkdtempSync(join(tmpdir(), 'cpuset-'));
    try {
      for (const level of ['', ...existing]) {
        const directory = join(mountPoint, level);
        mkdirSync(directory, { recursive: true });
        writeFileSync(join(directory, 'cpuset.mems'), '0\n');
        writeFileSync(join(directory, 'cpuset.cpus'), '0-3\n');
        writeFileSync(join(directory, 'cgroup.clone_children'), level === '' ? '0\n' : '1\n');
      }
      const layout: CgroupLayout = {
        mode: 'v1',
        hierarchies: [
          { version: 1, controllers: ['cpuset'], mountPoint, mountRoot: '/', readOnly: false, path: '/' },
        ],
      };
      const cgroup = { path: 'tscompose/app/web-1', controllers: [], guarded: [] };
      t.deepEqual(inheritanceOf(layout, cgroup, service({}), () => []).cpuset?.levels, levels);
    } finally {
      rmSync(mountPoint, { recursive: true });
    }
  });
