import type { Diagnostic, ModelPath } from '../../base/diagnostic.ts';
import type { Container } from '../../container/facts.ts';
import type { Failure, HookEnd, Launched } from '../../kernel/launch/launch.ts';
import { verifierLog } from '../../kernel/launch/verifier-log.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { errnoMeaning, type Meaning } from '../../kernel/program/errno-meaning.ts';
import type { Program, Step } from '../../kernel/program/program.ts';
import { stepsOf } from '../../kernel/program/program.ts';
import { callText } from '../../kernel/program/text.ts';
import { ownProperty } from './own-property.ts';

/**
 * The diagnostic of a failed start: the call, its reason, the line of the file that requested it, the undone steps.
 * `origin` gives the place of what asks for a step.
 */
export const failureDiagnostic = (
  program: Program,
  { failure, undone, isStarved }: Extract<Launched, { readonly ok: false }>,
  origin: Container['origin'] = () => undefined,
  hookOutput = '',
): Diagnostic => {
  const { step } = failure;
  const from = step.from === undefined ? undefined : origin(step.from);
  if (failure.kind === 'hook') return hookDiagnostic(program, { ...failure, from }, undone, hookOutput);
  const isRefused =
    failure.kind === 'errno' &&
    isBehindFilter(program, failure.number) &&
    isRefusal(errnoName(failure.errno));
  const isLimit = isStarved && (failure.kind === 'died' || isMemory(errnoName(failure.errno)));
  if (
    !isLimit &&
    !isRefused &&
    failure.kind === 'errno' &&
    step.call === 'execve' &&
    !isSize(errnoName(failure.errno))
  )
    return commandDiagnostic(`${program.name} could not start`, {
      command: (step.args[1] as readonly string[])[0] ?? '',
      error: errnoName(failure.errno),
      from,
    });
  const facts: [string, string][] = [
    [
      'call',
      `${shortCall(step)} = ${failure.kind === 'errno' ? errnoName(failure.errno) : deathText(failure.exit.signal, failure.exit.code)}`,
    ],
    ['why', step.why],
    ['undone', undoneText(undone)],
  ];
  const total = stepsOf(program).length;
  const part = missingPart(failure);
  const what = part
    ? `there is no \`${part}\` to mount`
    : `step ${failure.number} of ${total} ${isLimit ? 'has used up the memory of the container' : 'failed'}`;
  const meaning: Meaning | undefined = isLimit
    ? OUT_OF_MEMORY
    : isRefused
      ? refused(step.call)
      : failure.kind === 'errno'
        ? errnoMeaning(step.call, failure.errno)
        : DIED;
  const help = part ? MISSING_PART : meaning?.help;
  const notes = [meaning?.note ?? '', ownProperty(failure) ?? '', verifierLog(step)].filter(Boolean);
  return {
    severity: 'error',
    code: isLimit ? 'out-of-memory' : 'step-failed',
    message: `${program.name} could not start: ${what}`,
    ...(from === undefined ? {} : { from }),
    facts,
    ...(notes.length === 0 ? {} : { notes }),
    ...(help === undefined ? {} : { help }),
    exitCode: isLimit ? 137 : isRefused && step.call === 'execve' ? 126 : 1,
  };
};

export const undoneText = (undone: readonly Step[]): string =>
  undone.length === 0 ? 'nothing had been made yet' : `${undone.length} steps; nothing is left behind`;

/** A hook of a device has failed; `output` is what it and the hooks before it have printed. */
const hookDiagnostic = (
  { name }: Program,
  { step, end, from }: Extract<Failure, { readonly kind: 'hook' }> & { readonly from: ModelPath | undefined },
  undone: readonly Step[],
  output: string,
): Diagnostic => ({
  severity: 'error',
  code: 'step-failed',
  message: `${name} could not start: a hook of its devices failed`,
  ...(from === undefined ? {} : { from }),
  facts: [
    ['call', `${shortCall(step)} = ${hookEndText(end)}`],
    ['why', step.why],
    ['undone', undoneText(undone)],
  ],
  notes: output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `it printed: ${line}`),
});

const hookEndText = (end: HookEnd): string => {
  if (end === 'late') return 'no end within its time';
  return 'errno' in end ? errnoName(end.errno) : deathText(end.exit.signal, end.exit.code);
};

/** The `subpath` of a volume that has no such file. */
const missingPart = (failure: Failure): string | undefined =>
  failure.kind === 'errno' &&
  failure.step.as === 'part' &&
  failure.step.call === 'openat2' &&
  errnoName(failure.errno) === 'ENOENT'
    ? String(failure.step.args[1])
    : undefined;

const MISSING_PART =
  'create the directory in the volume first, with a service that mounts the volume without `subpath`';

// execve(2) with an environment of megabytes is too long to read.
const shortCall = (step: Step): string => {
  const text = callText(step);
  return text.length > 500 ? `${text.slice(0, 120)}…)` : text;
};

// If the limit prevents reading a page of its arguments, a call fails with EFAULT instead of ENOMEM.
const isMemory = (error: string): boolean => error === 'ENOMEM' || error === 'EFAULT';

const isSize = (error: string): boolean => error === 'E2BIG' || error === 'EAGAIN';

const OUT_OF_MEMORY = {
  note: 'the kernel gives a container no more than its limit, and kills what asks for it',
  help: 'raise `memory`, or lower the memory use of the service',
};

/** Whether the step comes after the one that loads the filter of system calls; steps are counted from 1. */
const isBehindFilter = (program: Program, number: number): boolean =>
  stepsOf(program)
    .slice(0, number - 1)
    .some(({ call }) => call === 'seccomp');

const isRefusal = (error: string): boolean => error === 'EPERM' || error === 'ENOSYS';

const refused = (call: Step['call']): Meaning => ({
  note: 'the seccomp profile of the service may refuse this call',
  help: `allow \`${call}\` in the profile that \`security_opt\` names`,
});

const DIED = { note: 'the process was killed before it became the command' };

const deathText = (signal: number, code: number): string =>
  signal > 0 ? `killed by signal ${signal}` : `exit ${code}`;

/** Errors of execve(2) are the user's: exit codes 126 and 127 as in a shell. */
export const commandDiagnostic = (
  what: string,
  {
    command,
    error,
    from: origin,
  }: { readonly command: string; readonly error: string; readonly from: string | undefined },
): Diagnostic => {
  const from = origin === undefined ? {} : { from: origin };
  if (command === '')
    return {
      severity: 'error',
      code: 'command-not-found',
      message: `${what}: the command is empty`,
      ...from,
      help: 'give the name of a program',
      exitCode: 127,
    };
  if (error === 'ENOENT' || error === 'ENOTDIR')
    return {
      severity: 'error',
      code: 'command-not-found',
      message: `${what}: command \`${command}\` not found`,
      ...from,
      notes: [
        command.includes('/')
          ? `\`${command}\`, or the interpreter that it names, is not in the root`
          : 'it is in no directory of the container’s PATH',
      ],
      help: 'check the spelling, or give the full path inside the root file system',
      exitCode: 127,
    };
  return {
    severity: 'error',
    code: 'command-not-executable',
    message: `${what}: command \`${command}\` cannot be executed`,
    ...from,
    facts: [['call', `execve("${command}", …) = ${error}`]],
    help:
      error === 'ENOEXEC'
        ? 'a script needs a first line such as `#!/bin/sh`; a program must be made for this machine'
        : `check its permissions: \`chmod +x ${command}\``,
    exitCode: 126,
  };
};
