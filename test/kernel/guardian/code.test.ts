import test from 'ava';
import { guardianCode, guardianInstructions } from '../../../src/kernel/guardian/code.ts';
import { testDisassembly } from '../disassemble.ts';

for (const architecture of ['x64', 'arm64'] as const) {
  testDisassembly(
    architecture,
    `the ${architecture} guardian is what its mnemonics say`,
    () => guardianCode(architecture),
    () => guardianInstructions(architecture).map(([, text]) => text),
  );

  test(`the ${architecture} guardian has the size of two pages`, (t) => {
    t.log(guardianCode(architecture).length);
    t.true(guardianCode(architecture).length < 2 * 4096);
  });
}
