import { closeSync, openSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { directRunner } from '../../kernel/direct/runner.ts';
import type { Readiness } from '../../kernel/ffi/readiness.ts';
import { launch, NO_WITNESS } from '../../kernel/launch/launch.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { call, inside, onHost, type Program } from '../../kernel/program/program.ts';
import type { Runner } from '../../kernel/program/runner.ts';
import { reexecRunner } from '../../kernel/reexec/runner.ts';

export type RunnerName = Runner['name'];

/** The default runner. */
export const DEFAULT_RUNNER: RunnerName = 'direct';

export type Runners = {
  /** The runner of this name, or the other one if it does not work here. */
  readonly choose: (name: RunnerName) => Promise<Runner>;
  /** The reason why the direct runner was not used; returned once. */
  readonly complaint: () => Diagnostic | undefined;
};

/** `entry` is the program that re-exec starts, `stage` a descriptor of the direct runner. */
export const openRunners = (entry: string, stage: number, readiness: Readiness): Runners => {
  const reexec = reexecRunner(entry, readiness);
  let proven: Promise<Runner> | undefined;
  let complaint: Diagnostic | undefined;
  const prove = async (): Promise<Runner> => {
    const reason = await failureOfDirect(stage, readiness);
    if (typeof reason !== 'string') return reason;
    complaint = { ...FALLBACK, notes: [reason] };
    return reexec;
  };
  return {
    choose: async (name) => {
      if (name === 'reexec') return reexec;
      proven ??= prove();
      return proven;
    },
    complaint: () => {
      const said = complaint;
      complaint = undefined;
      return said;
    },
  };
};

const FALLBACK: Diagnostic = {
  severity: 'warning',
  code: 'runner-fallback',
  message: 'the direct runner does not work on this machine; containers start with the re-exec runner',
  help: 'only the start is slower; `--runner reexec` selects this runner without a warning',
};

// A minimal Program: its last call must fail, and the error must come back.
const PROOF: Program = {
  name: 'proof',
  sections: [
    {
      title: 'Proof',
      steps: [
        onHost('starts the stage', {
          call: 'spawn',
          descriptors: ['$null', '$null', '$null', '$arena', '$sync', '$status'],
        }),
        inside('ends with its supervisor', call('prctl', 'PR_SET_PDEATHSIG', 'SIGKILL')),
        inside('fails as it must', call('execve', '', [], [])),
      ],
    },
  ],
};

/** The direct runner, or the short reason why it does not work. */
const failureOfDirect = async (stage: number, readiness: Readiness): Promise<Runner | string> => {
  if (process.arch !== 'x64' && process.arch !== 'arm64') return `there is no stage for ${process.arch}`;
  const nothing = openSync('/dev/null', 'r+');
  try {
    const runner = directRunner(stage, readiness);
    const launched = await launch(PROOF, runner, { $null: nothing }, NO_WITNESS);
    if (launched.ok) return 'the stage did not report its error';
    if (launched.failure.kind === 'died')
      return `the stage was ended by signal ${launched.failure.exit.signal}`;
    if (launched.failure.kind === 'hook') return 'the stage made another call';
    const error = errnoName(launched.failure.errno);
    return launched.failure.step.call === 'execve' && error === 'ENOENT'
      ? runner
      : `the stage failed with ${error}`;
  } catch (error) {
    // For example, a policy forbids executing a memfd.
    return (error as Error).message;
  } finally {
    closeSync(nothing);
  }
};
