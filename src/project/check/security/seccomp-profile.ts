import { basename } from 'node:path';
import * as z from 'zod';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { lazy } from '../../../base/lazy.ts';
import { placeAt, type Source } from '../../../base/source.ts';
import { flawIssue } from '../../keys/kinds.ts';
import {
  SECCOMP_ACTION_NAMES,
  SECCOMP_FLAGS,
  SECCOMP_OPERATORS,
  type SeccompProfile,
  type SeccompRules,
} from '../../model/seccomp-profile.ts';
import { fromYaml } from '../../read/from-yaml.ts';
import { parseYaml } from '../../read/yaml.ts';
import { placeOf, spanOfValue, toExactPlain } from '../../tree/tree.ts';
import { toDiagnostics } from '../schema-issues.ts';

/** Reads a profile in Docker's JSON format; undefined, with diagnostics, if something is wrong in it. */
export function parseProfile(source: Source, diagnostics: Diagnostic[]): SeccompProfile | undefined {
  if (!isJson(source, diagnostics)) return undefined;
  // JSON is YAML, in which tabs are no indentation; a text of JSON has none.
  const plain = { ...source, text: source.text.replaceAll('\t', ' ') };
  const [document] = parseYaml(plain, diagnostics);
  const tree = document && fromYaml(document, plain, undefined, diagnostics);
  if (!tree || diagnostics.length > 0) return undefined;
  if (tree.kind !== 'mapping') {
    const at = placeOf(spanOfValue(tree));
    diagnostics.push({
      severity: 'error',
      code: 'invalid-type',
      message: 'a seccomp profile must be a mapping',
      at,
    });
    return undefined;
  }
  const result = schema().safeParse(toExactPlain(tree));
  if (result.success) return toProfile(basename(source.file), result.data as Parsed);
  const findings = result.error.issues.flatMap((issue) => toDiagnostics(issue, tree));
  // The paths are those in this file, not in the model.
  diagnostics.push(...findings.map(({ diagnostic: { from: _, ...diagnostic } }) => diagnostic));
  return undefined;
}

function isJson(source: Source, diagnostics: Diagnostic[]): boolean {
  const start = endOfJson(source.text);
  if (start === undefined) return true;
  const at = placeAt(source, start, Math.min(start + 1, source.text.length));
  const label = start === source.text.length ? 'it ends too early' : 'unexpected here';
  diagnostics.push({
    severity: 'error',
    code: 'yaml-syntax',
    message: 'a seccomp profile must be JSON',
    at,
    label,
  });
  return false;
}

/** Where a text stops being JSON. V8 tells that of some errors only, but of each beginning whether more may follow. */
function endOfJson(text: string): number | undefined {
  if (jsonError(text) === undefined) return undefined;
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (mayGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function mayGoOn(text: string): boolean {
  const message = jsonError(text);
  if (message === undefined || /Unexpected end|Unterminated string/.test(message)) return true;
  return Number(/ at position (\d+)/.exec(message)?.[1]) === text.length;
}

function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

/** A profile as Go writes it: what says nothing may be null. */
type Parsed = {
  readonly [Key in Exclude<keyof SeccompProfile, 'syscalls'>]?: SeccompProfile[Key] | null;
} & { readonly syscalls?: readonly (Omit<SeccompRules, 'names'> & Names)[] | null };

/** Old profiles have a rule for each name. */
type Names = { readonly names?: readonly string[] | null; readonly name?: string | null };

function toProfile(name: string, parsed: Parsed): SeccompProfile {
  const { defaultAction, defaultErrnoRet, architectures, archMap, flags, syscalls } = parsed;
  return {
    name,
    // Docker: a profile that says nothing is none.
    defaultAction: defaultAction ?? 'SCMP_ACT_ALLOW',
    ...(defaultErrnoRet == null ? {} : { defaultErrnoRet }),
    ...(architectures?.length ? { architectures } : {}),
    ...(archMap?.length ? { archMap } : {}),
    ...(flags ? { flags } : {}),
    syscalls: (syscalls ?? []).map(({ name: only, names, action, errnoRet, args, includes, excludes }) => ({
      names: only ? [only] : (names ?? []),
      action,
      ...(errnoRet == null ? {} : { errnoRet }),
      ...(args?.length ? { args } : {}),
      ...(includes ? { includes } : {}),
      ...(excludes ? { excludes } : {}),
    })),
  };
}

const schema = lazy(() => {
  const texts = z.array(z.string()).nullish();
  const errno = whole(MOST_ERRNO).transform(Number).nullish();
  const number = whole(2n ** 64n - 1n).transform((value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const conditions = z
    .object({
      caps: texts.transform((names) => names ?? []),
      arches: texts.transform((names) => names ?? []),
      minKernel: z
        .string()
        .check(matching(/^(\d+\.\d+)?$/, 'be a version of Linux such as `4.8`'))
        .optional(),
    })
    .nullish();
  const argument = z.object({
    index: whole(5n).transform(Number),
    value: number,
    valueTwo: number.optional(),
    op: z.enum(SECCOMP_OPERATORS),
  });
  const rules = z
    .object({
      name: z.string().nullish(),
      names: texts,
      action: z.enum(SECCOMP_ACTION_NAMES),
      errnoRet: errno,
      args: z.array(argument).nullish(),
      includes: conditions,
      excludes: conditions,
    })
    .check(({ value, issues }) => {
      if (value.name && value.names?.length)
        issues.push(flawIssue({ must: 'have `name` or `names`, not both' }, value));
    });
  const architecture = z
    .string()
    .check(matching(/^SCMP_ARCH_[A-Z0-9_]+$/, 'be an architecture such as `SCMP_ARCH_X86_64`'));
  return z
    .object({
      defaultAction: z.enum(SECCOMP_ACTION_NAMES).optional(),
      defaultErrnoRet: errno,
      architectures: z.array(architecture).nullish(),
      archMap: z
        .array(z.object({ architecture, subArchitectures: z.array(architecture).nullish() }))
        .nullish(),
      flags: z.array(z.enum(SECCOMP_FLAGS)).nullish(),
      syscalls: z.array(rules).nullish(),
    })
    .check(({ value, issues }) => {
      const { defaultAction, syscalls, architectures, archMap } = value;
      const flaw = (key: string, must: string) => issues.push({ ...flawIssue({ must }, value), path: [key] });
      if (defaultAction === undefined && syscalls?.length) flaw('syscalls', 'come with `defaultAction`');
      if (architectures?.length && archMap?.length) flaw('archMap', 'not come with `architectures`');
    });
});

/** A number without fraction from 0 on; a large one is a bigint. */
function whole(most: bigint) {
  return z.union([z.number(), z.bigint()]).check(({ value, issues }) => {
    const isWhole = typeof value === 'bigint' || Number.isInteger(value);
    if (!isWhole || value < 0 || value > most)
      issues.push(flawIssue({ must: `be an integer from 0 to ${most}` }, value));
  });
}

function matching(pattern: RegExp, must: string): z.core.CheckFn<string> {
  return ({ value, issues }) => {
    if (!pattern.test(value)) issues.push(flawIssue({ must }, value));
  };
}

/** The kernel reduces a larger one to this. */
const MOST_ERRNO = 4095n;
