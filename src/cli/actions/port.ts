import type { ContainerSummary, PortSummary } from '../../api/calls/containers.ts';
import { Problem } from '../../base/diagnostic.ts';
import type { PortOptions } from '../commands/port.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { findClient } from '../requests/connection.ts';
import { findProject } from '../selection/find-project.ts';
import { runningContainer } from '../selection/running-container.ts';
import { hostPort } from '../show/port-text.ts';

export const port = async ({ context, options, operands }: Invocation<PortOptions>): Promise<number> => {
  const [service = '', text] = operands;
  const number = text === undefined ? undefined : portNumber(text);
  const client = await findClient(context, await findProject(context));
  const { container } = await runningContainer(context, client, service, options.index);
  const lines = portLines(container, number, options.protocol);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};

function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return Number(text);
  throw usage(`\`${text}\` is no port`, 'give a number from 1 to 65535');
}

/** With a port, the one line `0.0.0.0:8080`; without, `80/tcp -> 0.0.0.0:8080` for each published one. */
export function portLines(
  { Name, Ports = [] }: Pick<ContainerSummary, 'Name' | 'Ports'>,
  number: number | undefined,
  protocol: string | undefined,
): readonly string[] {
  if (number === undefined)
    return Ports.filter(({ Type }) => protocol === undefined || Type === protocol).flatMap((one) =>
      one.IP === undefined ? [] : [`${one.PrivatePort}/${one.Type} -> ${placeOf(one)}`],
    );
  const wanted = protocol ?? 'tcp';
  const found = Ports.find(({ PrivatePort, Type }) => PrivatePort === number && Type === wanted);
  if (found) return [placeOf(found)];
  const others = [...new Set(Ports.map(({ PrivatePort, Type }) => `${PrivatePort}/${Type}`))].join(', ');
  const message = `no port ${number}/${wanted} for container ${Name}: ${others === '' ? 'it has none' : others}`;
  throw new Problem({ severity: 'error', code: 'not-published', message });
}

/** As Docker Compose, `:0` for a port that is exposed and not published. */
function placeOf({ IP = '', PublicPort = 0 }: PortSummary): string {
  return hostPort(IP, PublicPort);
}
