import type { UpRequest } from '../../api/calls/up.ts';
import { Problem } from '../../base/diagnostic.ts';
import type { UpOptions } from '../commands/up.ts';
import { anticipateClient, startClient } from '../connection.ts';
import { runInForeground } from '../foreground.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { saysYes } from '../grammar/values.ts';
import { interruptions } from '../interruptions.ts';
import { openProject, refuseUnknownServices } from '../open-project.ts';
import { reported } from '../report/reported.ts';

export const up = async ({ context, options, operands }: Invocation<UpOptions>): Promise<number> => {
  refuseCombinations(options);
  const prepared = await anticipateClient(context);
  const { project, nameIsExplicit, variables } = await openProject(context, { services: operands });
  if (Object.keys(project.services).length === 0)
    throw new Problem({
      severity: 'error',
      code: 'missing-key',
      message:
        project.inactive.length > 0
          ? 'no service selected: all of them have profiles'
          : 'no service selected: the file defines none',
      ...(project.inactive.length > 0 && { help: 'enable a profile with `--profile`, or name a service' }),
    });
  refuseUnknownServices(
    [...operands, ...(options.exitCodeFrom ? [options.exitCodeFrom] : [])],
    Object.keys(project.services),
  );
  const request: UpRequest = {
    project,
    nameIsExplicit,
    services: operands,
    strict: context.globals.strict ?? false,
    ...(context.globals.runner !== undefined && { runner: context.globals.runner }),
    noDeps: !options.deps,
    forceRecreate: options.forceRecreate ?? false,
    noRecreate: !options.recreate,
    ...orphanChoices(options, variables),
    noStart: !options.start,
    ...(options.timeout !== undefined && { timeout: options.timeout }),
  };
  const client = await startClient(context, { ...project, nameIsExplicit }, prepared);
  if (!options.detach && options.start) return runInForeground({ context, options, client, request });
  const exitCode = await reported(
    context,
    (onEvent, signal) => client.up(request, onEvent, signal),
    () => context.messages.say('nothing to do: everything is up to date'),
  );
  return interruptions.statusOf(exitCode);
};

/** Reads the variables from `.env` as well. */
function orphanChoices(
  { removeOrphans }: UpOptions,
  variables: ReadonlyMap<string, string>,
): Pick<UpRequest, 'removeOrphans' | 'ignoreOrphans'> {
  const isRemoved = removeOrphans ?? saysYes(variables.get('COMPOSE_REMOVE_ORPHANS'));
  const isIgnored = saysYes(variables.get('COMPOSE_IGNORE_ORPHANS'));
  if (isRemoved && isIgnored) throw usage('cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans');
  return { removeOrphans: isRemoved, ignoreOrphans: isIgnored };
}

/** The texts are those of Docker Compose. */
function refuseCombinations(options: UpOptions): void {
  const { detach, forceRecreate, recreate, abortOnContainerExit, exitCodeFrom, rm, start } = options;
  if (forceRecreate && !recreate) throw usage('--force-recreate and --no-recreate are incompatible');
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
