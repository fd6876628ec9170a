import type { Client } from '../../api/client.ts';
import { Problem } from '../../base/diagnostic.ts';
import { hasProcess } from '../../base/status.ts';
import { attach } from '../attach.ts';
import type { Context } from '../command-context.ts';
import type { ExecOptions } from '../commands/exec.ts';
import { findClient } from '../connection.ts';
import { findProject } from '../find-project.ts';
import type { Invocation } from '../grammar/command.ts';
import { variablesOf, wantsTerminal, windowSize } from '../session-options.ts';
import { refuseUnknownServicesToLookAt } from '../target.ts';

export const exec = async ({
  context,
  options,
  operands: [service = '', ...command],
}: Invocation<ExecOptions>): Promise<number> => {
  const client = await findClient(context, await findProject(context));
  const container = await runningContainer(context, client, service, options.index);
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
  const session = await container.client.exec(container.id, request, { detach });
  return detach ? 0 : attach(session, { tty, stdin: interactive });
};

/** The running container with this number; without one, that with the lowest, and one that `run` made at last. */
async function runningContainer(
  context: Context,
  client: Client | undefined,
  service: string,
  index: number | undefined,
) {
  const found = (await client?.containers(false))
    ?.filter(({ Service, State }) => Service === service && hasProcess(State))
    .filter((container) => index === undefined || (!container.OneOff && container.Number === index))
    .toSorted((a, b) => Number(a.OneOff) - Number(b.OneOff) || a.Number - b.Number)[0];
  if (client && found) return { client, id: found.Id };
  await refuseUnknownServicesToLookAt(context, client, [service]);
  const which = index === undefined ? '' : ` container #${index}`;
  throw new Problem({
    severity: 'error',
    code: 'not-running',
    message: `service "${service}" is not running${which}`,
    help: `start it with \`tscompose up -d ${service}\``,
  });
}
