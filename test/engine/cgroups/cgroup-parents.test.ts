import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { hold } from '../../../src/engine/cgroups/cgroup-parents.ts';

test('a directory is created also while another process removes the one above it', async (t) => {
  const base = mkdtempSync(join(tmpdir(), 'held-'));
  const shared = join(base, 'shared');
  const own = join(shared, 'own');
  const remove = `const { rmdirSync } = require('node:fs');
    process.stdout.write('ready');
    for (;;) try { rmdirSync(${JSON.stringify(shared)}); } catch {}`;
  const other = spawn(process.execPath, ['-e', remove], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(other.stdout, 'data');
    for (let round = 0; round < 300; round++) {
      if (!hold(own) || !existsSync(own)) return t.fail(`round ${round}`);
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
  t.false(hold('/proc/1/none/own'));
});
