import type { ExecRequest } from '../../../api/calls/exec.ts';
import { Problem } from '../../../base/diagnostic.ts';
import { isPaused } from '../../../base/status.ts';
import { capabilitiesOf } from '../../../container/config.ts';
import { openCgroup } from '../../../container/devices/open.ts';
import { compileJoin } from '../../../container/join.ts';
import type { OciProcess } from '../../../container/oci.ts';
import { confinementOf } from '../../../container/seccomp/confinement.ts';
import { launch } from '../../../kernel/launch.ts';
import type { Program } from '../../../kernel/program.ts';
import { exitCode, type Process } from '../../../kernel/runner.ts';
import { execDoors } from '../../cgroups/exec-doors.ts';
import { watchMemory } from '../../cgroups/live-cgroups.ts';
import { loadYaml } from '../../devices/cdi/yaml.ts';
import type { Context, Running } from '../../supervisor/context.ts';
import { cgroupOf } from '../../supervisor/names.ts';
import type { ContainerRecord } from '../../supervisor/record/project-record.ts';
import { requireDescriptors } from '../../supervisor/spare-descriptors.ts';
import { describe } from '../describe.ts';
import { findUser, passwdOf } from '../gather-facts.ts';
import { failureDiagnostic } from '../start-failure.ts';
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

/**
 * Starts an exec process in a container, with or without streams. Throws a Problem if the container does not run or the
 * command could not be executed; nothing is left of the process then.
 */
export const startInside = async (
  context: Context,
  container: ContainerRecord,
  command: InnerCommand,
  hasStreams: boolean,
): Promise<InnerProcess> => {
  requireRunning(context, container);
  const runner = await context.runners.choose(command.Runner ?? container.runner);
  await loadYaml([container.definition]);
  requireDescriptors(context);
  // The container may have ended while the runner was created.
  const { pid } = requireRunning(context, container);
  const program = joinProgram(context, container, pid, command, hasStreams);
  const streams = openStreams(context, pid, command, hasStreams);
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
  hasStreams: boolean,
): ExecStreams => {
  if (Tty) return terminalStreams(readiness, pid, ConsoleSize);
  return hasStreams ? pipeStreams() : nullStreams();
};

const joinProgram = (
  context: Context,
  container: ContainerRecord,
  pid: number,
  command: InnerCommand,
  hasStreams: boolean,
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
    `exec in ${container.service}-${container.number}`,
    process,
    filter,
    host,
    execDoors(host.cgroups, cgroupOf(context.record.name, container), pid),
    command.Tty || hasStreams ? 'given' : 'null',
    command.Privileged && !container.definition.privileged
      ? openCgroup(host.cgroups, cgroupOf(context.record.name, container))
      : undefined,
  );
};
