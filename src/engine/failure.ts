import type { Diagnostic } from '../base/diagnostic.ts';
import { errnoName } from '../kernel/errno.ts';
import { errnoMeaning } from '../kernel/errno-meaning.ts';
import type { Failure } from '../kernel/launch.ts';
import type { Program, Step } from '../kernel/program.ts';
import { stepsOf } from '../kernel/program.ts';
import { callText } from '../kernel/text.ts';

/** What a failed start means to a person: the call, its reason, the line that asked for it, what was undone. */
export const failureDiagnostic = (
  program: Program,
  failure: Failure,
  undone: readonly Step[],
): Diagnostic => {
  const { step } = failure;
  if (failure.kind === 'errno' && step.call === 'execve')
    return commandDiagnostic(program.name, step, failure.errno);
  const total = stepsOf(program).length;
  const facts: [string, string][] = [
    [
      'call',
      `${callText(step)} = ${failure.kind === 'errno' ? errnoName(failure.errno) : deathText(failure.exit.signal, failure.exit.code)}`,
    ],
    ['why', step.why],
    [
      'undone',
      undone.length === 0 ? 'nothing had been made yet' : `${undone.length} steps; nothing is left behind`,
    ],
  ];
  const meaning = failure.kind === 'errno' ? errnoMeaning(step.call, failure.errno) : DIED;
  return {
    severity: 'error',
    code: 'step-failed',
    message: `${program.name} could not start: step ${failure.number} of ${total} failed`,
    ...(step.from === undefined ? {} : { from: step.from }),
    facts,
    ...(meaning?.note === undefined ? {} : { notes: [meaning.note] }),
    ...(meaning?.help === undefined ? {} : { help: meaning.help }),
    exitCode: 1,
  };
};

const DIED = {
  note: 'the process was killed before it became the command',
  help: 'a memory limit that is too low does this; raise `memory`',
};

const deathText = (signal: number, code: number): string =>
  signal > 0 ? `killed by signal ${signal}` : `exit ${code}`;

// execve(2)'s errors are the user's, not ours: exit codes 126 and 127 as a shell has them.
const commandDiagnostic = (name: string, step: Step, errno: number): Diagnostic => {
  const args = step.call === 'spawn' ? [] : (step.args[1] as readonly string[]);
  const command = args[0] ?? '';
  const from = step.from === undefined ? {} : { from: step.from };
  const error = errnoName(errno);
  if (error === 'ENOENT' || error === 'ENOTDIR')
    return {
      severity: 'error',
      code: 'command-not-found',
      message: `${name} could not start: command \`${command}\` not found`,
      ...from,
      notes: [
        command.includes('/')
          ? `\`${command}\`, or the interpreter that it names, is not in the root`
          : 'it is in no directory of the container’s PATH',
      ],
      help: 'check the spelling, or give the full path that it has inside the root',
      exitCode: 127,
    };
  return {
    severity: 'error',
    code: 'command-not-executable',
    message: `${name} could not start: command \`${command}\` cannot be executed`,
    ...from,
    facts: [['call', `execve("${command}", …) = ${error}`]],
    help:
      error === 'ENOEXEC'
        ? 'a script needs a first line such as `#!/bin/sh`; a program must be made for this machine'
        : `check its permissions: \`chmod +x ${command}\``,
    exitCode: 126,
  };
};
