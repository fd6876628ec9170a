import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { makeHostRoot, planHostRoot } from '../../../src/engine/facts/host-root.ts';

test("a host's root whose making was cut off is made to its end", (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'host-root-'));
  try {
    const root = planHostRoot(join(directory, 'host'));
    makeHostRoot(root);
    const made = readdirSync(root.path);
    // What is made last tells that all of it was.
    rmSync(join(root.path, 'etc/passwd'));
    makeHostRoot(root);
    t.true(existsSync(join(root.path, 'etc/passwd')));
    t.deepEqual(readdirSync(root.path), made);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
