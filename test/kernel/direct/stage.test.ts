import { closeSync, fstatSync, ftruncateSync, writeSync } from 'node:fs';
import test from 'ava';
import { elf } from '../../../src/kernel/direct/elf.ts';
import { openStage } from '../../../src/kernel/direct/open-stage.ts';
import { machineCode, STAGES } from '../../../src/kernel/direct/stage.ts';
import { testDisassembly } from '../disassemble.ts';

test('only root can read the stage, and no user can change it', (t) => {
  const stage = openStage();
  t.throws(() => writeSync(stage, 'x', 0), { code: 'EPERM' });
  t.throws(() => ftruncateSync(stage), { code: 'EPERM' });
  t.is(fstatSync(stage).mode & 0o777, 0o111);
  closeSync(stage);
});

for (const architecture of ['x64', 'arm64'] as const) {
  testDisassembly(
    architecture,
    `the ${architecture} stage is what its mnemonics say`,
    () => machineCode(architecture),
    () => STAGES[architecture].map(([, text]) => text),
  );

  test(`the ${architecture} stage is one small file with nothing but code`, (t) => {
    const file = elf(machineCode(architecture), architecture);
    t.true(file.length < 500);
    t.is(file.readUInt16LE(56), 1);
    t.is(file.readUInt32LE(64 + 4), 5);
  });
}
