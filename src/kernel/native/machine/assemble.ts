import type { Instruction } from '../../direct/stage.ts';
import type { Architecture } from '../../program/syscalls.ts';
import { encodeArm64 } from './arm64.ts';
import type { Labels, Operation } from './instruction.ts';
import { encodeX64 } from './x64.ts';

type Encode = (operation: Operation, at: number, labels: Labels) => readonly Instruction[];

const ENCODE: Readonly<Record<Architecture, Encode>> = { x64: encodeX64, arm64: encodeArm64 };

/** The machine code of operations: the bytes and the disassembly of each instruction. */
export const assemble = (
  operations: readonly Operation[],
  architecture: Architecture,
): readonly Instruction[] => {
  const encode = ENCODE[architecture];
  // The length of an instruction does not depend on the distance of its target.
  const drafts = operations.map((operation) => encode(operation, 0, () => 0));
  const offsets = new Map<string, number>();
  const begins: number[] = [];
  let at = 0;
  for (const [index, operation] of operations.entries()) {
    if (operation.do === 'label') offsets.set(operation.label, at);
    begins.push(at);
    at += bytesOf(drafts[index]!);
  }
  const labels: Labels = (label) => {
    const offset = offsets.get(label);
    if (offset === undefined) throw new Error(`there is no ${label}`);
    return offset;
  };
  return operations.flatMap((operation, index) =>
    'label' in operation ? encode(operation, begins[index]!, labels) : drafts[index]!,
  );
};

const bytesOf = (instructions: readonly Instruction[]): number =>
  instructions.reduce((sum, [bytes]) => sum + bytes.length / 2, 0);
