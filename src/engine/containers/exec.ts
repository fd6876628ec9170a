import { randomBytes } from 'node:crypto';
import type { ExecRequest } from '../../api/bodies.ts';
import { Problem } from '../../base/diagnostic.ts';
import { capabilitiesOf } from '../../container/config.ts';
import { DEFAULT_PATH } from '../../container/defaults.ts';
import { compileJoin } from '../../container/join.ts';
import type { OciProcess } from '../../container/oci.ts';
import { launch } from '../../kernel/launch.ts';
import { exitCode } from '../../kernel/runner.ts';
import { memoryKills } from '../cgroups/live-cgroups.ts';
import type { Reply } from '../control/reply.ts';
import type { Context } from '../supervisor/context.ts';
import { cgroupOf } from '../supervisor/names.ts';
import type { ContainerRecord } from '../supervisor/record/project-record.ts';
import { requireDescriptors } from '../supervisor/spare-descriptors.ts';
import { describe } from './describe.ts';
import { nullStreams, pipeStreams, terminalStreams } from './exec-streams.ts';
import { findUser, passwdOf } from './gather-facts.ts';
import { failureDiagnostic } from './start-failure.ts';

/** A further process in a container, from its request to its end. */
type Exec = {
  readonly container: ContainerRecord;
  readonly request: ExecRequest;
  pid: number;
  exitCode: number | undefined;
  resize: (columns: number, rows: number) => void;
  readonly ended: Promise<number>;
  end: (code: number) => void;
};

const execs = new Map<string, Exec>();

/** Notes what is to be executed; `execStart` does it. */
export const openExec = (context: Context, container: ContainerRecord, request: ExecRequest): string => {
  requireRunning(context, container);
  const id = randomBytes(32).toString('hex');
  let end: (code: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  execs.set(id, { container, request, pid: 0, exitCode: undefined, resize: () => {}, ended, end });
  return id;
};

export const execProcess = (id: string) => {
  const exec = findExec(id);
  return {
    ended: exec.ended,
    resize: (columns: number, rows: number): void => exec.resize(columns, rows),
    kill: (signal: string): boolean =>
      exec.exitCode === undefined && exec.pid > 0 && process.kill(exec.pid, signal),
    inspect: () => ({
      ID: id,
      Running: exec.exitCode === undefined,
      ExitCode: exec.exitCode ?? null,
      Pid: exec.pid,
    }),
  };
};

export const execStart = async (context: Context, id: string, reply: Reply): Promise<void> => {
  const exec = findExec(id);
  const running = requireRunning(context, exec.container);
  if (!exec.request.Detach && !reply.canUpgrade)
    throw new Problem({
      severity: 'error',
      code: 'usage',
      message: 'an attached exec takes over its connection; ask for `Upgrade: tcp`',
    });
  const runner = await context.runners.choose(exec.request.Runner ?? exec.container.runner);
  requireDescriptors(context);
  const program = joinProgram(context, exec);
  const streams = exec.request.Tty
    ? terminalStreams(context.readiness, running.pid, exec.request.ConsoleSize)
    : exec.request.Detach
      ? nullStreams()
      : pipeStreams();
  const kills = (): number =>
    memoryKills(context.host.cgroups, cgroupOf(context.record.name, exec.container));
  const before = kills();
  const launched = await launch(
    program,
    runner,
    { ...context.values, ...streams.values, $target: running.pid },
    {
      born: () => {},
      isStarved: () => kills() > before,
    },
  );
  streams.handedOver();
  if (!launched.ok) {
    streams.abandon();
    execs.delete(id);
    throw new Problem(failureDiagnostic(program, launched));
  }
  exec.pid = launched.process.pid;
  exec.resize = streams.resize;
  const over = streams.connect(
    exec.request.Detach ? undefined : () => reply.upgrade('application/vnd.docker.multiplexed-stream'),
  );
  if (exec.request.Detach) reply.json(undefined);
  void launched.process.exited.then(async (exit) => {
    await over;
    exec.exitCode = exitCode(exit);
    exec.end(exec.exitCode);
    streams.finish();
  });
};

const findExec = (id: string): Exec => {
  const exec = execs.get(id);
  if (exec) return exec;
  throw new Problem({ severity: 'error', code: 'no-container', message: `no such exec: ${id}` });
};

const requireRunning = (context: Context, { name, service }: ContainerRecord) => {
  const running = context.running.get(name);
  if (running) return running;
  throw new Problem({
    severity: 'error',
    code: 'not-running',
    message: `service "${service}" is not running`,
  });
};

const joinProgram = (context: Context, { container, request }: Exec) => {
  const description = describe(context, container);
  const { config, host } = description;
  const own = { ...container.definition, privileged: request.Privileged || container.definition.privileged };
  const { user, home } =
    request.User === undefined
      ? { user: config.process.user, home: undefined }
      : findUser(request.User, ...passwdOf(container.definition, context.hostRoot));
  if (Number.isNaN(user.uid) || Number.isNaN(user.gid))
    throw new Problem({
      severity: 'error',
      code: 'invalid-value',
      message: `no user \`${request.User}\` in the container`,
      help: 'give a number, or a name of its /etc/passwd',
    });
  const process: OciProcess = {
    ...config.process,
    user,
    terminal: request.Tty,
    args: request.Cmd,
    env: environment(config.process.env, request, home),
    cwd: request.WorkingDir ?? config.process.cwd,
    capabilities: capabilitiesOf(own, user.uid, host.capabilities),
  };
  return compileJoin(
    `exec in ${container.service}-${container.number}`,
    process,
    host,
    cgroupOf(context.record.name, container),
  );
};

const environment = (
  inherited: readonly string[],
  { Env, Tty }: ExecRequest,
  home: string | undefined,
): readonly string[] => {
  const variables = new Map(
    [
      `PATH=${DEFAULT_PATH}`,
      ...inherited,
      ...(Tty ? ['TERM=xterm'] : []),
      ...(home === undefined ? [] : [`HOME=${home}`]),
      ...Env,
    ].map(split),
  );
  return [...variables].map(([name, value]) => `${name}=${value}`);
};

const split = (entry: string): readonly [string, string] => {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
};
