import type { SeccompOperator } from '../../project/model/seccomp-profile.ts';
import { type Assembly, type Comparison, IF_AT_LEAST, IF_EQUAL, IF_GREATER, type Label } from './bpf.ts';

/** A condition on an argument of a call, as the kernel reads that argument: 32 bits, or 64 in two halves. */
export type Condition = {
  readonly index: number;
  readonly op: SeccompOperator;
  readonly width: 32 | 64;
  readonly value: bigint;
  readonly valueTwo: bigint;
};

/** Where a comparison continues. */
type Targets = { readonly yes: Label; readonly no: Label };

/** Writes a test of all conditions; `yes` is where it continues if they hold. Returns its start. */
export const testAll = (assembly: Assembly, conditions: readonly Condition[], { yes, no }: Targets): Label =>
  conditions.reduceRight((next, condition) => test(assembly, condition, { yes: next, no }), yes);

const test = (assembly: Assembly, condition: Condition, targets: Targets): Label => {
  if (condition.width === 64) return testWide(assembly, condition, targets);
  compareLow(assembly, condition, targets);
  return assembly.load(lowOffset(condition.index));
};

/** Compares the lower half of an argument, which is loaded already. */
export const compareLow = (
  assembly: Assembly,
  { op, value, valueTwo }: Condition,
  { yes, no }: Targets,
): Label => {
  if (op === 'SCMP_CMP_MASKED_EQ') {
    assembly.branch(IF_EQUAL, low(valueTwo), yes, no);
    return assembly.and(low(value));
  }
  const { code, holds } = COMPARISONS[op];
  return holds ? assembly.branch(code, low(value), yes, no) : assembly.branch(code, low(value), no, yes);
};

/** The comparison of BPF for an operator, and its result if the operator holds. */
const COMPARISONS: Readonly<
  Record<
    Exclude<SeccompOperator, 'SCMP_CMP_MASKED_EQ'>,
    { readonly code: Comparison; readonly holds: boolean }
  >
> = {
  SCMP_CMP_EQ: { code: IF_EQUAL, holds: true },
  SCMP_CMP_NE: { code: IF_EQUAL, holds: false },
  SCMP_CMP_GT: { code: IF_GREATER, holds: true },
  SCMP_CMP_LE: { code: IF_GREATER, holds: false },
  SCMP_CMP_GE: { code: IF_AT_LEAST, holds: true },
  SCMP_CMP_LT: { code: IF_AT_LEAST, holds: false },
};

/** The upper half decides, unless it is equal: then the lower half does. */
const testWide = (assembly: Assembly, condition: Condition, targets: Targets): Label => {
  const { index, op, value, valueTwo } = condition;
  compareLow(assembly, condition, targets);
  const lower = assembly.load(lowOffset(index));
  switch (op) {
    case 'SCMP_CMP_MASKED_EQ':
      if (high(value) === 0 && high(valueTwo) === 0) return lower;
      assembly.branch(IF_EQUAL, high(valueTwo), lower, targets.no);
      assembly.and(high(value));
      break;
    case 'SCMP_CMP_EQ':
      assembly.branch(IF_EQUAL, high(value), lower, targets.no);
      break;
    case 'SCMP_CMP_NE':
      assembly.branch(IF_EQUAL, high(value), lower, targets.yes);
      break;
    default: {
      const isAbove = COMPARISONS[op].holds;
      const [above, below] = isAbove ? [targets.yes, targets.no] : [targets.no, targets.yes];
      const equal = assembly.branch(IF_EQUAL, high(value), lower, below);
      assembly.branch(IF_GREATER, high(value), above, equal);
    }
  }
  return assembly.load(lowOffset(index) + 4);
};

/** The offset in struct seccomp_data, on a machine with the lower half first. */
export const lowOffset = (index: number): number => 16 + 8 * index;

const low = (value: bigint): number => Number(BigInt.asUintN(32, value));
const high = (value: bigint): number => Number(BigInt.asUintN(32, value >> 32n));
