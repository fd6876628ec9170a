import { attach } from '../attached/attach.ts';
import { variablesOf, wantsTerminal, windowSize } from '../attached/session-options.ts';
import type { ExecOptions } from '../commands/exec.ts';
import type { Invocation } from '../grammar/command.ts';
import { findClient } from '../requests/connection.ts';
import { findProject } from '../selection/find-project.ts';
import { runningContainer } from '../selection/running-container.ts';

export const exec = async ({
  context,
  options,
  operands: [service = '', ...command],
}: Invocation<ExecOptions>): Promise<number> => {
  const client = await findClient(context, await findProject(context));
  const running = await runningContainer(context, client, service, options.index);
  const tty = wantsTerminal(options);
  const variables = variablesOf(options.env, context.environment);
  const { detach = false, interactive = true } = options;
  const request = {
    Cmd: command,
    Env: Object.entries(variables).map(([key, value]) => `${key}=${value}`),
    Tty: tty,
    ...(tty && { ConsoleSize: windowSize() }),
    Privileged: options.privileged ?? false,
    AttachStdin: interactive && !detach,
    ...(context.globals.runner !== undefined && { Runner: context.globals.runner }),
    ...(options.user !== undefined && { User: options.user }),
    ...(options.workdir !== undefined && { WorkingDir: options.workdir }),
  };
  const session = await running.client.exec(running.container.Id, request, { detach });
  return detach ? 0 : attach(session, { tty, stdin: interactive });
};
