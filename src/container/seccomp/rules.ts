import {
  SECCOMP_ACTIONS,
  type SeccompAction,
  type SeccompArgument,
  type SeccompNumber,
} from '../../project/model/seccomp-profile.ts';
import type { OciSeccomp, OciSeccompRules } from '../oci.ts';
import type { Condition } from './conditions.ts';
import { isInt } from './int-arguments.ts';
import { type Abi, numbersOf } from './numbers.ts';

/** The answer of a filter for a call if all conditions hold. */
export type Rule = { readonly conditions: readonly Condition[]; readonly returns: number };

/** The rules of one ABI. */
export type AbiRules = {
  /** By number; the first rule that holds decides. */
  readonly calls: ReadonlyMap<number, readonly Rule[]>;
  /** For every other call. */
  readonly otherwise: number;
  /** The first number for which the filter returns ENOSYS, unless there is a rule for it. */
  readonly unknownFrom: number;
};

/**
 * The rules of a profile by number, as libseccomp(3) understands them: a rule without conditions decides alone, rules
 * that return what the others get anyway do not count, and names that the ABI does not have are skipped. Other than
 * there, a rule for socket(2) says nothing about socketcall(2) of i386, whose arguments a filter does not see.
 */
export const rulesFor = (profile: OciSeccomp, abi: Abi): AbiRules => {
  const numbers = numbersOf(abi);
  const otherwise = returned(profile.defaultAction, profile.defaultErrnoRet);
  const calls = new Map<number, readonly Rule[]>();
  let last = -1;
  for (const rules of profile.syscalls)
    for (const name of rules.names) {
      const number = numbers.get(name);
      if (number === undefined) continue;
      if (number < FIRST_OF_ARM) last = Math.max(last, number);
      const known = calls.get(number) ?? [];
      if (returned(rules.action, rules.errnoRet) === otherwise || known.some(isPlain)) continue;
      const own = rulesOf(name, rules, abi);
      calls.set(number, own.some(isPlain) ? own : [...known, ...own]);
    }
  const hasUnknown = last >= 0 && !PERMISSIVE.has(profile.defaultAction);
  return { calls, otherwise, unknownFrom: hasUnknown ? last + 1 : Number.POSITIVE_INFINITY };
};

/** Calls that only arm has are far above all others. */
const FIRST_OF_ARM = 0xf0000;

/**
 * Programs try new calls and do without them if they get ENOSYS; any other error ends some of them. A call is new if its
 * number is higher than all of the profile, as in runc(8). With these actions new calls are let through.
 */
const PERMISSIVE: ReadonlySet<SeccompAction> = new Set(['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_TRACE']);

const isPlain = ({ conditions }: Rule): boolean => conditions.length === 0;

/** One rule; or one for each condition, if two are on the same argument: runc(8) reads them as alternatives. */
const rulesOf = (
  name: string,
  { action, errnoRet, args = [] }: OciSeccompRules,
  abi: Abi,
): readonly Rule[] => {
  const returns = returned(action, errnoRet);
  const conditions = args.map((argument) => conditionOf(name, argument, abi));
  const isRepeated = new Set(args.map(({ index }) => index)).size < args.length;
  return isRepeated
    ? conditions.map((condition) => ({ conditions: [condition], returns }))
    : [{ conditions, returns }];
};

const conditionOf = (
  name: string,
  { index, value, valueTwo = 0, op }: SeccompArgument,
  abi: Abi,
): Condition => ({
  index,
  op,
  width: abi === 'i386' || abi === 'arm' || isInt(name, index) ? 32 : 64,
  value: exact(value),
  valueTwo: exact(valueTwo),
});

const exact = (value: SeccompNumber): bigint => BigInt(value);

const EPERM = 1;

/** The value that the filter returns. Only an errno, or the number for a tracer, is a part of it. */
export const returned = (action: SeccompAction, errno = EPERM): number => {
  const hasNumber = action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE';
  return SECCOMP_ACTIONS[action] + (hasNumber ? errno & 0xffff : 0);
};
