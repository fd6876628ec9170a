import { runInForeground } from '../attached/foreground.ts';
import type { UpOptions } from '../commands/up.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { reported } from '../report/reported.ts';
import { startClient } from '../requests/connection.ts';
import { namedProject, upRequest } from '../requests/up-request.ts';
import { interruptions } from '../terminal/interruptions.ts';

export const up = async ({ context, options, operands }: Invocation<UpOptions>): Promise<number> => {
  refuseCombinations(options);
  const request = await upRequest(context, operands, options);
  if (!request) return 0;
  const client = await startClient(context, namedProject(request));
  if (!options.detach && !options.wait && options.start && !context.dryRun)
    return runInForeground({ context, options, client, request });
  const exitCode = await reported(
    context,
    (onEvent, signal) => client.up(request, onEvent, signal),
    () => context.messages.say('nothing to do: everything is up to date'),
  );
  return interruptions.statusOf(exitCode);
};

/** Options that need a foreground `up`, in the order of the texts of Docker Compose. */
const foregroundOptions = {
  abortOnContainerExit: '--abort-on-container-exit',
  abortOnContainerFailure: '--abort-on-container-failure',
  exitCodeFrom: '--exit-code-from',
  attachDependencies: '--attach-dependencies',
  rm: '--rm',
} as const satisfies Partial<Record<keyof UpOptions, string>>;

function refuseCombinations(options: UpOptions): void {
  const { detach, wait, abortOnContainerExit, abortOnContainerFailure, start } = options;
  if (wait && !start) throw usage('--no-start cannot be combined with --wait');
  if (abortOnContainerExit && abortOnContainerFailure)
    throw usage('--abort-on-container-failure cannot be combined with --abort-on-container-exit');
  const keys = Object.keys(foregroundOptions) as (keyof typeof foregroundOptions)[];
  const [given] = [
    ...keys.filter((key) => options[key]).map((key) => foregroundOptions[key]),
    ...(options.attach.length > 0 ? ['--attach'] : []),
  ];
  if (given === undefined) return;
  if (wait) throw usage(`--wait cannot be combined with ${given}`);
  if (detach) throw usage(`--detach cannot be combined with ${given}`);
  if (!start) throw usage(`--no-start cannot be combined with ${given}`);
}
