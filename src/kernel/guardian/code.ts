import { bytesOf, type Instruction } from '../direct/stage.ts';
import { lower } from '../native/language.ts';
import { assemble } from '../native/machine/assemble.ts';
import type { Architecture } from '../program/syscalls.ts';
import { VARIABLES } from './layout.ts';
import { guardianProgram } from './program.ts';

/** The instructions of the guardian. */
export const guardianInstructions = (architecture: Architecture): readonly Instruction[] =>
  assemble(lower(guardianProgram(architecture), VARIABLES), architecture);

export const guardianCode = (architecture: Architecture): Buffer =>
  bytesOf(guardianInstructions(architecture), architecture);
