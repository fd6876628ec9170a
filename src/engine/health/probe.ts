import { constants } from 'node:os';
import { Problem } from '../../base/diagnostic.ts';
import type { HealthResult } from '../../base/health.ts';
import { timerDelay } from '../../base/node/timer-delay.ts';
import { formatDuration } from '../../base/text/duration.ts';
import type { HealthCheck } from '../../project/model/health-check.ts';
import { checkDoors, killChecks } from '../cgroups/check-cgroup.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { type InnerProcess, joinOf, startInside } from '../exec/exec.ts';
import { outputStreams } from '../exec/exec-streams.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { type Output, openOutput } from './output.ts';

/**
 * Makes one health check in a running container, with its environment, user and working directory, and leaves no
 * process of it. Ends early when the signal is aborted. A check that cannot be started has failed.
 */
export type Probe = (container: ContainerRecord, signal: AbortSignal) => Promise<HealthResult>;

/** The checks of one container while it runs; `container` is its record of the moment. */
export const openProbe = (context: Context, check: HealthCheck): Probe => {
  const command = { Cmd: [...commandOf(check)] };
  const join = joinOf(command, 'given', { title: 'health check', doors: checkDoors, isRepeated: true });
  return async (container, signal) => {
    const start = Date.now();
    await context.work.nextTurn();
    const started = (output: Output): Promise<InnerProcess> =>
      startInside(context, container, command, outputStreams(output, context.values), join);
    const result = await run(context, container, { check, signal, started }).catch((error: unknown) => ({
      exitCode: NO_RESULT,
      output: error instanceof Problem ? error.message : `${error}`,
    }));
    return { start, end: Date.now(), ...result };
  };
};

/** As in Docker. */
const NO_RESULT = -1;

const run = async (
  context: Context,
  container: ContainerRecord,
  {
    check,
    signal,
    started,
  }: {
    readonly check: HealthCheck;
    readonly signal: AbortSignal;
    readonly started: (output: Output) => Promise<InnerProcess>;
  },
): Promise<Pick<HealthResult, 'exitCode' | 'output'>> => {
  const layout = context.host.cgroups;
  const cgroup = cgroupOf(context.record.name, container);
  let process: InnerProcess | undefined;
  let isLate = false;
  const kill = (): void => {
    killChecks(layout, cgroup);
    // Without cgroups there is no more to be found than the process itself.
    process?.signal(constants.signals.SIGKILL);
  };
  const expire = (): void => {
    isLate = true;
    kill();
  };
  const output = openOutput(context.readiness);
  let timer = setTimeout(expire, TIME_TO_START);
  signal.addEventListener('abort', kill, { once: true });
  try {
    process = await started(output);
    clearTimeout(timer);
    timer = setTimeout(expire, timerDelay(check.timeout));
    if (signal.aborted) kill();
    const exitCode = await process.exited;
    // Its processes in the background go with it.
    kill();
    const text = output.end();
    return isLate ? { exitCode: NO_RESULT, output: lateText(check, text) } : { exitCode, output: text };
  } catch (error) {
    output.end();
    if (isLate) throw new Error(`timed out starting health check for container ${container.id}`);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
};

/** Milliseconds; as in Docker, the start of the process does not count towards the timeout. */
const TIME_TO_START = 30_000;

const commandOf = ({ test: [kind, ...words], shell = ['/bin/sh', '-c'] }: HealthCheck): readonly string[] =>
  kind === 'CMD-SHELL' ? [...shell, ...words] : words;

const lateText = ({ timeout }: HealthCheck, output: string): string =>
  `Health check exceeded timeout (${formatDuration(timeout)})${output === '' ? '' : `: ${output}`}`;
