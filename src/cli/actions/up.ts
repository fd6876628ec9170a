import type { UpOptions } from '../commands/up.ts';
import { anticipateClient, startClient } from '../connection.ts';
import { runInForeground } from '../foreground.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { interruptions } from '../interruptions.ts';
import { reported } from '../report/reported.ts';
import { namedProject, upRequest } from '../up-request.ts';

export const up = async ({ context, options, operands }: Invocation<UpOptions>): Promise<number> => {
  refuseCombinations(options);
  const prepared = await anticipateClient(context);
  const request = await upRequest(context, operands, options);
  const client = await startClient(context, namedProject(request), prepared);
  if (!options.detach && options.start) return runInForeground({ context, options, client, request });
  const exitCode = await reported(
    context,
    (onEvent, signal) => client.up(request, onEvent, signal),
    () => context.messages.say('nothing to do: everything is up to date'),
  );
  return interruptions.statusOf(exitCode);
};

/** The texts are those of Docker Compose. */
function refuseCombinations(options: UpOptions): void {
  const { detach, abortOnContainerExit, exitCodeFrom, rm, start } = options;
  const foregroundOnly = abortOnContainerExit
    ? '--abort-on-container-exit'
    : exitCodeFrom
      ? '--exit-code-from'
      : rm
        ? '--rm'
        : undefined;
  if (!foregroundOnly) return;
  if (detach) throw usage(`--detach cannot be combined with ${foregroundOnly}`);
  if (!start) throw usage(`--no-start cannot be combined with ${foregroundOnly}`);
}
