import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { hold, holdCgroups } from '../../../src/engine/cgroups/cgroup-parents.ts';
import type { Context } from '../../../src/engine/context/context.ts';
import type { ContainerRecord } from '../../../src/engine/record/project-record.ts';
import { service, V2 } from '../../container/samples.ts';

test('a directory is created also while another process removes the one above it', async (t) => {
  const base = mkdtempSync(join(tmpdir(), 'held-'));
  const shared = join(base, 'shared');
  const between = join(shared, 'between');
  const own = join(between, 'own');
  const remove = `const { rmdirSync } = require('node:fs');
    process.stdout.write('ready');
    for (;;) for (const one of ${JSON.stringify([between, shared])}) try { rmdirSync(one); } catch {}`;
  const other = spawn(process.execPath, ['-e', remove], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(other.stdout, 'data');
    for (let round = 0; round < 100; round++) {
      if (!hold(base, 'shared/between/own') || !existsSync(own)) return t.fail(`round ${round}`);
      rmdirSync(own);
    }
    t.pass();
  } finally {
    other.kill('SIGKILL');
    await once(other, 'exit');
    rmSync(base, { recursive: true });
  }
});

test('a directory that cannot be created is not held', (t) => {
  t.false(hold('/proc/1', 'none/own'));
});

for (const [cgroupParent, held] of [
  [undefined, 'tscompose/app'],
  ['jobs/night', 'jobs/night/app-web-1'],
] as const)
  test(`a start holds ${held}, so that no other supervisor removes what is above`, (t) => {
    const mountPoint = mkdtempSync(join(tmpdir(), 'held-'));
    const cgroups = { ...V2, hierarchies: [{ ...V2.hierarchies[0]!, mountPoint }] };
    const context = { record: { name: 'app' }, host: { cgroups }, heldCgroups: new Set() };
    const definition = service(cgroupParent === undefined ? {} : { cgroupParent });
    holdCgroups(context as unknown as Context, { name: 'app-web-1', definition } as ContainerRecord);
    t.deepEqual(readdirSync(mountPoint, { recursive: true }).toSorted().at(-1), held);
    rmSync(mountPoint, { recursive: true });
  });
