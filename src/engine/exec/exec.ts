import type { ExecRequest } from '../../api/calls/exec.ts';
import { Problem } from '../../base/diagnostic.ts';
import { isPaused } from '../../base/status.ts';
import type { Door } from '../../container/cgroups/entry.ts';
import { capabilitiesOf } from '../../container/config.ts';
import { openCgroup } from '../../container/devices/open.ts';
import { compileJoin, type JoinStdio } from '../../container/join.ts';
import type { OciProcess } from '../../container/oci.ts';
import { confinementOf } from '../../container/seccomp/confinement.ts';
import { launch } from '../../kernel/launch/launch.ts';
import type { Program } from '../../kernel/program/program.ts';
import { exitCode, type Process } from '../../kernel/program/runner.ts';
import type { checkDoors } from '../cgroups/check-cgroup.ts';
import { execDoors } from '../cgroups/exec-doors.ts';
import { watchMemory } from '../cgroups/live-cgroups.ts';
import type { Context, Running } from '../context/context.ts';
import { cgroupOf } from '../context/identifiers.ts';
import { requireDescriptors } from '../context/spare-descriptors.ts';
import { loadYaml } from '../devices/cdi/yaml.ts';
import { findUser, passwdOf } from '../facts/accounts.ts';
import { describe } from '../facts/describe.ts';
import { failureDiagnostic } from '../failures/start-failure.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { refuseRestarting } from '../restart/refuse-restarting.ts';
import { execEnvironment } from './exec-environment.ts';
import { type ExecStreams, nullStreams, pipeStreams, terminalStreams } from './exec-streams.ts';

/** The command and its user, without its streams. */
export type InnerCommand = Pick<
  ExecRequest,
  'Cmd' | 'Env' | 'User' | 'WorkingDir' | 'Tty' | 'ConsoleSize' | 'Privileged' | 'Runner'
>;

/** An exec process in a container. */
export type InnerProcess = Pick<Process, 'pid' | 'signal'> &
  Pick<ExecStreams, 'resize' | 'connect' | 'finish'> & {
    /** Resolves with the exit code at the end; some output may still be on its way. */
    readonly exited: Promise<number>;
  };

/** The Programs of one command in one container, whose first process has this PID. */
export type Join = (context: Context, container: ContainerRecord, pid: number) => Program;

export type JoinChoices = {
  /** Its name in messages, `exec` if it is missing. */
  readonly title?: string;
  /** The cgroups that it joins instead of those of the container's first process. */
  readonly doors?: typeof checkDoors;
  /** The command is started again and again: its Program is kept until the container joins other cgroups. */
  readonly isRepeated?: true;
};

export const joinOf = (
  command: InnerCommand,
  stdio: JoinStdio,
  { title = 'exec', doors: choose, isRepeated }: JoinChoices = {},
): Join => {
  let last: { readonly doors: readonly Door[]; readonly program: Program } | undefined;
  return (context, container, pid) => {
    const { cgroups } = context.host;
    const cgroup = cgroupOf(context.record.name, container);
    const own = execDoors(cgroups, cgroup, pid);
    const doors = choose?.(cgroups, cgroup, own) ?? own;
    if (last && areSame(last.doors, doors)) return last.program;
    const program = joinProgram(context, container, command, { title, stdio, doors });
    if (isRepeated) last = { doors, program };
    return program;
  };
};

const areSame = (some: readonly Door[], others: readonly Door[]): boolean =>
  some.length === others.length &&
  some.every(({ directory }, index) => directory === others[index]!.directory);

/**
 * Starts an exec process in a container. Throws a Problem if the container does not run or the
 * command could not be executed; nothing is left of the process then.
 */
export const startInside = async (
  context: Context,
  container: ContainerRecord,
  command: InnerCommand,
  where: ExecStreams | 'of caller' | 'null',
  join: Join = joinOf(command, command.Tty || where !== 'null' ? 'given' : 'null'),
): Promise<InnerProcess> => {
  requireRunning(context, container);
  const runner = await context.runners.choose(command.Runner ?? container.runner);
  await loadYaml([container.definition]);
  requireDescriptors(context);
  // The container may have ended while the runner was created.
  const { pid } = requireRunning(context, container);
  const program = join(context, container, pid);
  const streams = openStreams(context, pid, command, where);
  const isStarved = watchMemory(context.host.cgroups, cgroupOf(context.record.name, container));
  const launched = await launch(
    program,
    runner,
    { ...context.values, ...streams.values, $target: pid },
    { born: () => {}, isStarved },
    context.shared,
  );
  streams.handedOver();
  if (!launched.ok) {
    streams.abandon();
    throw new Problem(failureDiagnostic(program, launched));
  }
  const { process } = launched;
  return {
    pid: process.pid,
    signal: process.signal,
    resize: streams.resize,
    connect: streams.connect,
    finish: streams.finish,
    exited: process.exited.then(exitCode),
  };
};

export const requireRunning = (context: Context, { name, service }: ContainerRecord): Running => {
  const running = context.running.get(name);
  if (running && !isPaused(context.record.containers[name]!.state)) return running;
  if (running)
    throw new Problem({
      severity: 'error',
      code: 'paused',
      message: `container ${name} is paused, unpause the container before exec`,
      help: `continue it with \`tscompose unpause ${service}\``,
    });
  refuseRestarting(context, name);
  throw new Problem({
    severity: 'error',
    code: 'not-running',
    message: `service "${service}" is not running`,
  });
};

const openStreams = (
  { readiness }: Context,
  pid: number,
  { Tty, ConsoleSize }: InnerCommand,
  where: ExecStreams | 'of caller' | 'null',
): ExecStreams => {
  if (Tty) return terminalStreams(readiness, pid, ConsoleSize);
  if (where === 'null') return nullStreams();
  return where === 'of caller' ? pipeStreams() : where;
};

const joinProgram = (
  context: Context,
  container: ContainerRecord,
  command: InnerCommand,
  {
    title,
    stdio,
    doors,
  }: { readonly title: string; readonly stdio: JoinStdio; readonly doors: readonly Door[] },
): Program => {
  const { config, host } = describe(context, container);
  const own = { ...container.definition, privileged: command.Privileged || container.definition.privileged };
  const { user, home } = command.User
    ? findUser(command.User, ...passwdOf(container.definition, context.hostRoot))
    : { user: config.process.user, home: undefined };
  if (Number.isNaN(user.uid) || Number.isNaN(user.gid))
    throw new Problem({
      severity: 'error',
      code: 'invalid-value',
      message: `no user \`${command.User}\` in the container`,
      help: 'give a number, or a name in /etc/passwd of the container',
    });
  const process: OciProcess = {
    ...config.process,
    user,
    terminal: command.Tty ?? false,
    args: command.Cmd,
    env: execEnvironment(config.process.env, command, home),
    cwd: command.WorkingDir || config.process.cwd,
    capabilities: capabilitiesOf(own, user.uid, host.capabilities),
  };
  const filter = command.Privileged
    ? undefined
    : confinementOf(container.definition, process.capabilities.bounding, host)?.filter(
        `services.${container.service}.security_opt`,
      );
  return compileJoin(
    `${title} in ${container.service}-${container.number}`,
    process,
    filter,
    host,
    doors,
    stdio,
    command.Privileged && !container.definition.privileged
      ? openCgroup(host.cgroups, cgroupOf(context.record.name, container))
      : undefined,
  );
};
