import type { Architecture } from '../../kernel/program/syscalls.ts';
import type { OciSeccomp } from '../oci.ts';
import { Assembly, IF_AT_LEAST, IF_EQUAL, type Instruction, type Label } from './bpf.ts';
import { compareLow, lowOffset, testAll } from './conditions.ts';
import type { Abi } from './numbers.ts';
import { type AbiRules, type Rule, returned, rulesFor } from './rules.ts';

/**
 * A filter of seccomp(2) for all ABIs of an architecture that the profile has. Calls with equal rules and neighbouring
 * numbers are one run; a balanced tree of comparisons finds the run of a number.
 */
export const compileFilter = (profile: OciSeccomp, architecture: Architecture): readonly Instruction[] => {
  const [native, compatible] = ABIS[architecture];
  const assembly = new Assembly();
  // A program of another ABI, of which the profile says nothing, ends; libseccomp(3) ends its thread.
  let next = assembly.returning(returned('SCMP_ACT_KILL_PROCESS'));
  const sections = (profile.architectures.includes(compatible.name) ? [compatible, native] : [native]).map(
    (abi) => ({ abi, start: section(assembly, runsOf(rulesFor(profile, abi.abi), abi.abi)) }),
  );
  for (const { abi, start } of sections) next = assembly.branch(IF_EQUAL, abi.audit, start, next);
  assembly.load(ARCH_OFFSET);
  return assembly.instructions();
};

type AbiName = { readonly abi: Abi; readonly name: string; readonly audit: number };

/** The ABIs of an architecture with their names in profiles, and the values of audit.h by which the kernel tells them. */
const ABIS: Readonly<Record<Architecture, readonly [native: AbiName, compatible: AbiName]>> = {
  x64: [
    { abi: 'x64', name: 'SCMP_ARCH_X86_64', audit: 0xc000003e },
    { abi: 'i386', name: 'SCMP_ARCH_X86', audit: 0x40000003 },
  ],
  arm64: [
    { abi: 'arm64', name: 'SCMP_ARCH_AARCH64', audit: 0xc00000b7 },
    { abi: 'arm', name: 'SCMP_ARCH_ARM', audit: 0x40000028 },
  ],
};

const NUMBER_OFFSET = 0;
const ARCH_OFFSET = 4;

/** Calls from `from` to the next run have the same rules, or the same result. */
type Run = { readonly from: number; readonly rules: readonly Rule[]; readonly otherwise: number };

const runsOf = ({ calls, otherwise, unknownFrom }: AbiRules, abi: Abi): readonly Run[] => {
  const others = (from: number): Run => ({
    from,
    rules: [],
    otherwise: from >= unknownFrom ? ENOSYS : otherwise,
  });
  const edges = new Set([0, ...[...calls.keys()].flatMap((number) => [number, number + 1])]);
  if (Number.isFinite(unknownFrom)) edges.add(unknownFrom);
  const runs = [...edges]
    .toSorted((a, b) => a - b)
    .map((from): Run => ({ ...others(from), rules: calls.get(from) ?? [] }));
  // seccomp(2): the ABI x32 of a kernel for x64 has the same value in `arch` and this bit in its numbers. Few kernels
  // have it and nothing uses it, but its numbers would be a way around the rules.
  if (abi === 'x64') runs.push({ from: X32_BIT, rules: [], otherwise: ENOSYS });
  return runs.filter((run, index) => index === 0 || !isSame(run, runs[index - 1]!));
};

const X32_BIT = 0x40000000;
const ENOSYS = returned('SCMP_ACT_ERRNO', 38);

const isSame = (run: Run, other: Run): boolean => keyOf(run) === keyOf(other);

const keyOf = (run: Run): string => {
  const [first] = run.rules;
  if (!first || first.conditions.length === 0) return String(first?.returns ?? run.otherwise);
  return `${run.from}`;
};

/** The tree of one ABI; returns its start. */
const section = (assembly: Assembly, runs: readonly Run[]): Label => {
  const tree = (low: number, high: number): Label => {
    if (high - low === 1) return body(assembly, runs[low]!);
    const middle = (low + high) >> 1;
    const upper = tree(middle, high);
    return assembly.branch(IF_AT_LEAST, runs[middle]!.from, upper, tree(low, middle));
  };
  const start = tree(0, runs.length);
  return loadBefore(assembly, NUMBER_OFFSET, start);
};

/** A load continues with the instruction behind it, which is not always the start of the tree. */
const loadBefore = (assembly: Assembly, offset: number, start: Label): Label => {
  if (assembly.start !== start) assembly.jump(start);
  return assembly.load(offset);
};

/** The rules of one run, the first of which is tested first. */
const body = (assembly: Assembly, { rules, otherwise }: Run): Label => {
  let next: Label | undefined;
  for (const group of groupsOf(rules).toReversed()) {
    const no = next ?? assembly.returning(otherwise);
    next = group.length > 1 ? testAny(assembly, group, no) : testRule(assembly, group[0]!, no);
  }
  return next ?? assembly.returning(otherwise);
};

const testRule = (assembly: Assembly, { conditions, returns }: Rule, no: Label): Label =>
  testAll(assembly, conditions, { yes: assembly.returning(returns), no });

/** Compares an argument with several values; it is loaded once. */
const testAny = (assembly: Assembly, rules: readonly Rule[], no: Label): Label => {
  let next = no;
  for (const { conditions, returns } of rules.toReversed())
    next = compareLow(assembly, conditions[0]!, { yes: assembly.returning(returns), no: next });
  return loadBefore(assembly, lowOffset(rules[0]!.conditions[0]!.index), next);
};

/** Consecutive rules with one comparison of the same 32-bit argument. */
const groupsOf = (rules: readonly Rule[]): readonly (readonly Rule[])[] => {
  const groups: Rule[][] = [];
  for (const rule of rules) {
    const group = groups.at(-1);
    if (group && keepsArgument(rule) && group.every(keepsArgument) && isOnSame(rule, group[0]!))
      group.push(rule);
    else groups.push([rule]);
  }
  return groups;
};

const keepsArgument = ({ conditions }: Rule): boolean =>
  conditions.length === 1 && conditions[0]!.width === 32 && conditions[0]!.op !== 'SCMP_CMP_MASKED_EQ';

const isOnSame = (rule: Rule, other: Rule): boolean =>
  rule.conditions[0]!.index === other.conditions[0]!.index;
