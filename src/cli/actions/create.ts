import type { CreateOptions } from '../commands/create.ts';
import type { Invocation } from '../grammar/command.ts';
import { reported } from '../report/reported.ts';
import { startClient } from '../requests/connection.ts';
import { namedProject, upRequest } from '../requests/up-request.ts';
import { interruptions } from '../terminal/interruptions.ts';

/** `up --no-start`. */
export const create = async ({ context, options, operands }: Invocation<CreateOptions>): Promise<number> => {
  const request = await upRequest(context, operands, { ...options, deps: true, start: false });
  if (!request) return 0;
  const client = await startClient(context, namedProject(request));
  const exitCode = await reported(context, (onEvent, signal) => client.up(request, onEvent, signal));
  return interruptions.statusOf(exitCode);
};
