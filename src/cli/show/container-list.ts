import type { ContainerSummary } from '../../api/calls/containers.ts';
import { roughly } from '../../base/text/rough-time.ts';
import { containerJson } from './container-json.ts';
import type { Template } from './go-template.ts';
import { portText } from './port-text.ts';
import { shorten, table } from './table.ts';
import { templated } from './templated.ts';

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
  const { Name, Image, Service, Status, Pid, Command, Networks, OOMKilled, Ports } = container;
  const status = OOMKilled ? `${Status} (out of memory)` : Status;
  const networks = Object.entries(Networks).map(([network, address]) => `${network} ${address}`.trim());
  const created = `${roughly(now - container.Created * 1000)} ago`;
  const command = JSON.stringify(whole ? Command : shorten(Command, 20));
  const [ports, pid] = [portText(Ports), Pid ? String(Pid) : ''];
  return [Name, Image, command, Service, created, status, ports, pid, networks.join(', ')];
}

function shortened<Row extends { readonly ID: unknown }>(row: Row): Row {
  return { ...row, ID: String(row.ID).slice(0, 12) };
}
