import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { checkOwner } from '../../../src/engine/record/owner.ts';

const root = mkdtempSync(join(tmpdir(), 'tscompose-owner-'));
for (const name of ['mine', 'theirs']) mkdirSync(join(root, name));
symlinkSync('mine', join(root, 'link'));
test.after.always(() => rmSync(root, { recursive: true }));

const check = (owner: string, caller: string, nameIsExplicit = false): void =>
  checkOwner(
    { workingDir: join(root, owner) },
    { name: 'app', workingDir: join(root, caller), nameIsExplicit },
  );

test('another directory of the same name is refused; both directories and the way out are named', (t) => {
  const { diagnostics } = t.throws(() => check('theirs', 'mine'), { instanceOf: Problem });
  const text = JSON.stringify(diagnostics);
  for (const part of ['project-elsewhere', join(root, 'theirs'), join(root, 'mine'), '-p app'])
    t.true(text.includes(part), part);
});

test('an explicit name, the same directory by another path, and a directory that is gone are free', (t) => {
  t.notThrows(() => check('theirs', 'mine', true));
  t.notThrows(() => check('mine', 'mine'));
  t.notThrows(() => check('mine', 'link'));
  t.notThrows(() => check('gone', 'mine'));
  t.notThrows(() => checkOwner({ workingDir: '' }, { name: 'app', workingDir: root, nameIsExplicit: false }));
});
