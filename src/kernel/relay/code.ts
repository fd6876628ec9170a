import { bytesOf, type Instruction } from '../direct/stage.ts';
import { lower } from '../native/language.ts';
import { assemble } from '../native/machine/assemble.ts';
import type { Architecture } from '../program/syscalls.ts';
import { EVENTS } from './layout.ts';
import { relayProgram } from './program.ts';

/** The instructions of the relay. */
export const relayInstructions = (architecture: Architecture): readonly Instruction[] =>
  assemble(lower(relayProgram(architecture), EVENTS), architecture);

export const relayCode = (architecture: Architecture): Buffer =>
  bytesOf(relayInstructions(architecture), architecture);
