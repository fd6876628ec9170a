import { encodeCall, type Values } from '../program/encode.ts';
import { errnoNumber } from '../program/errno.ts';
import type { Ref, Step } from '../program/program.ts';
import type { Architecture } from '../program/syscalls.ts';
import { type Arena, ROW_BYTES, rowOffset } from './layout.ts';
import { KnownLinks, type Link, Links } from './links.ts';
import { ArenaMemory } from './memory.ts';

/**
 * Encodes the container's steps. `descriptors` are those of the spawn, in the order of their numbers. Data follow the
 * rows. The Programs of similar containers differ in a few texts only, so each Program overwrites the previous one
 * where that is possible.
 */
export const buildArena = (
  steps: readonly Step[],
  descriptors: readonly Ref[],
  architecture: Architecture,
): Arena => {
  const before = written;
  written = undefined;
  written =
    before && overwrite(before, steps, descriptors, architecture)
      ? { ...before, steps }
      : write(steps, descriptors, architecture);
  return { bytes: memory.bytes(), steps };
};

/** The content of the memory. */
type Written = {
  readonly steps: readonly Step[];
  readonly descriptors: readonly Ref[];
  readonly architecture: Architecture;
  /** The offsets at which the data of each row begin, and the end of the last ones. */
  readonly data: readonly number[];
  /** The resolved references of each row. */
  readonly links: readonly (readonly Link[])[];
};

let written: Written | undefined;

const memory = new ArenaMemory(65536);

const write = (steps: readonly Step[], descriptors: readonly Ref[], architecture: Architecture): Written => {
  memory.clear(steps.length);
  const links = new Links(steps, descriptors, memory);
  const data: number[] = [];
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    data.push(memory.end);
    encodeRow(index, step, architecture, links);
    if (step.tolerate) memory.setWord(rowOffset(index) + 64, -errnoNumber(step.tolerate));
    if (step.skip) memory.setWord(rowOffset(index) + 72, step.skip * ROW_BYTES);
    links.made(step);
    memory.spare(data[index]!);
  }
  data.push(memory.end);
  return { steps, descriptors, architecture, data, links: links.rows };
};

const encodeRow = (index: number, step: Step, architecture: Architecture, values: Values): void => {
  if (step.call === 'spawn') throw new TypeError('a container step cannot spawn');
  const row = rowOffset(index);
  memory.setWord(row, encodeCall(step, architecture, memory, values, words));
  for (let argument = 0; argument < words.length; argument++)
    memory.setWord(row + 8 * (argument + 1), words[argument]!);
};

const words: number[] = [];

/** Overwrites the rows that differ. Returns false if a reference resolves differently or if data do not fit. */
const overwrite = (
  before: Written,
  steps: readonly Step[],
  descriptors: readonly Ref[],
  architecture: Architecture,
): boolean => {
  if (
    steps.length !== before.steps.length ||
    architecture !== before.architecture ||
    !isSameList(descriptors, before.descriptors)
  )
    return false;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    const old = before.steps[index]!;
    if (step === old) continue;
    if (step.call === 'spawn' || old.call === 'spawn' || !isOfOneKind(step, old)) return false;
    if (isSameList(step.args, old.args)) continue;
    const links = new KnownLinks(before.links[index]!);
    memory.reopen(before.data[index]!, before.data[index + 1]!);
    encodeRow(index, step, architecture, links);
    if (!memory.shut() || !links.areSame) return false;
  }
  return true;
};

const isOfOneKind = (step: Step, other: Step): boolean =>
  step.call === other.call &&
  step.as === other.as &&
  step.tolerate === other.tolerate &&
  step.skip === other.skip;

const isSameList = (list: readonly unknown[], other: readonly unknown[]): boolean => {
  if (list.length !== other.length) return false;
  for (let index = 0; index < list.length; index++) if (list[index] !== other[index]) return false;
  return true;
};
