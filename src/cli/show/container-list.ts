import type { ContainerSummary } from '../../api/calls/containers.ts';
import { roughly } from '../../base/rough-time.ts';
import { containerJson } from './container-json.ts';
import type { Template } from './go-template.ts';
import { shorten, table } from './table.ts';

export type ListFormat = 'table' | 'json' | 'json-array' | Template;

/** The lines of `ps`. `now`: milliseconds since the epoch. */
export function containerList(
  containers: readonly ContainerSummary[],
  format: ListFormat,
  { now, whole = false }: { readonly now: number; readonly whole?: boolean },
): readonly string[] {
  const objects = () => containers.map((container) => containerJson(container, now));
  switch (format) {
    case 'table':
      return table(
        header,
        containers.map((container) => row(container, now, whole)),
      );
    case 'json':
      return objects().map((object) => JSON.stringify(object));
    case 'json-array':
      return [JSON.stringify(objects())];
    default:
      return templated(
        objects().map((object) => (whole ? object : shortened(object))),
        format,
      );
  }
}

/** Docker's columns in its order, then ours. */
const header = ['NAME', 'IMAGE', 'COMMAND', 'SERVICE', 'CREATED', 'STATUS', 'PORTS', 'PID', 'NETWORKS'];

function row(container: ContainerSummary, now: number, whole: boolean): string[] {
  const { Name, Image, Service, Status, Pid, Command, Networks, OOMKilled } = container;
  const status = OOMKilled ? `${Status} (out of memory)` : Status;
  const networks = Object.entries(Networks).map(([network, address]) => `${network} ${address}`.trim());
  const created = `${roughly(now - container.Created * 1000)} ago`;
  const command = JSON.stringify(whole ? Command : shorten(Command, 20));
  return [Name, Image, command, Service, created, status, '', Pid ? String(Pid) : '', networks.join(', ')];
}

function templated(
  rows: readonly Readonly<Record<string, unknown>>[],
  { isTable, render, header }: Template,
) {
  if (!isTable) return rows.map(render);
  const [titles = [], ...cells] = [header, ...rows.map(render)].map((line) => line.split('\t'));
  return table(titles, cells);
}

function shortened<Row extends { readonly ID: unknown }>(row: Row): Row {
  return { ...row, ID: String(row.ID).slice(0, 12) };
}
