import type { ContainerSummary } from '../../api/calls/containers.ts';
import type { PsOptions } from '../commands/ps.ts';
import { findClient } from '../connection.ts';
import { findProject } from '../find-project.ts';
import type { Invocation } from '../grammar/command.ts';
import { containerJson } from '../show/container-json.ts';
import { shorten, table } from '../show/table.ts';
import { refuseServicesThatNobodyKnows } from '../target.ts';

export const ps = async ({ context, options, operands }: Invocation<PsOptions>): Promise<number> => {
  const client = await findClient(context, await findProject(context));
  await refuseServicesThatNobodyKnows(context, client, operands);
  const all = options.all || options.status.length > 0;
  const containers = (await client?.containers(all ?? false)) ?? [];
  const lines = linesOf(select(containers, options, operands), options, Date.now());
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};

/** One-off containers of `run` are shown with --all only. */
export function select(
  containers: readonly ContainerSummary[],
  { all, status }: Pick<PsOptions, 'all' | 'status'>,
  services: readonly string[],
): readonly ContainerSummary[] {
  return containers
    .filter(({ OneOff }) => all || !OneOff)
    .filter(({ State }) => status.length === 0 || status.includes(State))
    .filter(({ Service }) => services.length === 0 || services.includes(Service))
    .toSorted((a, b) => compare(a.Service, b.Service) || a.Number - b.Number || compare(a.Name, b.Name));
}

export function linesOf(
  containers: readonly ContainerSummary[],
  { quiet, services, format }: Pick<PsOptions, 'quiet' | 'services' | 'format'>,
  now: number,
): readonly string[] {
  if (quiet) return containers.map(({ Id }) => Id);
  if (services) return [...new Set(containers.map(({ Service }) => Service))];
  switch (format) {
    case 'table':
      return table(header, containers.map(row));
    case 'json':
      return containers.map((container) => JSON.stringify(containerJson(container, now)));
    case 'json-array':
      return [JSON.stringify(containers.map((container) => containerJson(container, now)))];
    default:
      return format satisfies never;
  }
}

const header = ['NAME', 'SERVICE', 'STATUS', 'PID', 'COMMAND', 'NETWORKS'];

function row({ Name, Service, Status, Pid, Command, Networks, OOMKilled }: ContainerSummary): string[] {
  const status = OOMKilled ? `${Status} (out of memory)` : Status;
  const networks = Object.entries(Networks).map(([network, address]) => `${network} ${address}`.trim());
  return [Name, Service, status, Pid ? String(Pid) : '', shorten(Command, 36), networks.join(', ')];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
