import type { ContainerSummary } from '../../api/calls/containers.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Context } from '../command-context.ts';
import type { PsOptions } from '../commands/ps.ts';
import type { Invocation } from '../grammar/command.ts';
import { psFormat } from '../grammar/ps-values.ts';
import { findClient } from '../requests/connection.ts';
import { findProject } from '../selection/find-project.ts';
import { findTarget, refuseUnknownServicesToLookAt } from '../selection/target.ts';
import { containerList, type ListFormat } from '../show/container-list.ts';
import { dockerConfigPath, dockerSetting } from '../show/docker-config.ts';

export const ps = async ({ context, options, operands }: Invocation<PsOptions>): Promise<number> => {
  const client = await findClient(context, await findProject(context));
  await refuseUnknownServicesToLookAt(context, client, operands);
  const all = options.all || options.status.length > 0 || options.filter.length > 0;
  const containers = (await client?.containers(all ?? false)) ?? [];
  const known = options.orphans === false ? (await findTarget(context)).services : undefined;
  const format = options.format ?? configuredFormat(context);
  const selected = select(containers, options, operands, known);
  const lines = linesOf(selected, { ...options, format }, Date.now());
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  context.messages.show(selected.flatMap(notRestarted));
  return 0;
};

/** A status has no place for the reason. */
function notRestarted({ Name, StartFailure: reason }: ContainerSummary): readonly Diagnostic[] {
  if (!reason) return [];
  const message = `container ${Name} could not be restarted: ${reason.message}`;
  return [{ ...reason, severity: 'warning', code: 'not-restarted', message }];
}

// A list in another form is better than none.
function configuredFormat({ environment, messages }: Context): ListFormat {
  const setting = dockerSetting(environment, 'psFormat');
  if (setting === undefined) return 'table';
  try {
    return psFormat(setting);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const where = `\`psFormat\` of ${dockerConfigPath(environment)}`;
    const message = `${where} is not used: ${error.message}`;
    messages.show([{ severity: 'warning', code: 'invalid-value', message }]);
    return 'table';
  }
}

type Selection = Pick<PsOptions, 'all' | 'status'> & Partial<Pick<PsOptions, 'filter' | 'orphans'>>;

/** One-off containers of `run` are shown with --all only. `known`: the services of the files, for --orphans=false. */
export function select(
  containers: readonly ContainerSummary[],
  { all, status, filter = [], orphans = true }: Selection,
  services: readonly string[],
  known?: readonly string[],
): readonly ContainerSummary[] {
  const states = [...status, ...filter];
  return containers
    .filter(({ OneOff }) => all || !OneOff)
    .filter(({ State }) => states.length === 0 || states.includes(State))
    .filter(({ Service }) => services.length === 0 || services.includes(Service))
    .filter(({ Service }) => orphans || !known || known.includes(Service))
    .toSorted((a, b) => compare(a.Service, b.Service) || a.Number - b.Number || compare(a.Name, b.Name));
}

export function linesOf(
  containers: readonly ContainerSummary[],
  {
    quiet,
    services,
    format,
    trunc = true,
  }: Pick<PsOptions, 'quiet' | 'services'> & { format: ListFormat; trunc?: boolean },
  now: number,
): readonly string[] {
  if (quiet) return containers.map(({ Id }) => Id);
  if (services) return [...new Set(containers.map(({ Service }) => Service))];
  return containerList(containers, format, { now, whole: !trunc });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
