import type { ScaleOptions } from '../commands/scale.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { scaleOf } from '../grammar/values.ts';
import { reported } from '../report/reported.ts';
import { startClient } from '../requests/connection.ts';
import { namedProject, upRequest } from '../requests/up-request.ts';
import { interruptions } from '../terminal/interruptions.ts';

/** `up -d --scale` of these services. */
export const scale = async ({ context, options, operands }: Invocation<ScaleOptions>): Promise<number> => {
  const asked = operands.map(numberOf);
  const services = [...new Set(asked.map(([service]) => service))];
  const request = await upRequest(context, services, {
    ...options,
    scale: asked,
    recreate: true,
    start: true,
  });
  if (!request) return 0;
  const client = await startClient(context, namedProject(request));
  const exitCode = await reported(
    context,
    (onEvent, signal) => client.up(request, onEvent, signal),
    () => context.messages.say('nothing to do: everything is up to date'),
  );
  return interruptions.statusOf(exitCode);
};

function numberOf(text: string): ReturnType<typeof scaleOf> {
  try {
    return scaleOf(text);
  } catch (error) {
    const what = text.includes('=') ? `\`${text}\` has no` : `\`${text}\` lacks the`;
    throw usage(`${what} number of containers`, (error as TypeError).message);
  }
}
