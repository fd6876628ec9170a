import test from 'ava';
import { relayCode, relayInstructions } from '../../../src/kernel/relay/code.ts';
import { testDisassembly } from '../disassemble.ts';

for (const architecture of ['x64', 'arm64'] as const) {
  testDisassembly(
    architecture,
    `the ${architecture} relay is what its mnemonics say`,
    () => relayCode(architecture),
    () => relayInstructions(architecture).map(([, text]) => text),
  );

  test(`the ${architecture} relay has the size of three pages`, (t) => {
    t.true(relayCode(architecture).length < 3 * 4096);
  });
}
