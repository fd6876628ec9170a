import type { ContainerSummary } from '../../api/calls/containers.ts';
import type { Client } from '../../api/client.ts';
import { Problem } from '../../base/diagnostic.ts';
import { isActive } from '../../base/status.ts';
import type { Context } from '../command-context.ts';
import { refuseUnknownServicesToLookAt } from './target.ts';

/** The running container with this number; without one, that with the lowest, and one that `run` made at last. */
export async function runningContainer(
  context: Context,
  client: Client | undefined,
  service: string,
  index: number | undefined,
): Promise<{ readonly client: Client; readonly container: ContainerSummary }> {
  const containers = (await client?.containers(false))?.filter(({ State }) => isActive(State));
  const found = chosenOf(containers, service, index);
  if (client && found) return { client, container: found };
  await refuseUnknownServicesToLookAt(context, client, [service]);
  const which = index === undefined ? '' : ` container #${index}`;
  throw new Problem({
    severity: 'error',
    code: 'not-running',
    message: `service "${service}" is not running${which}`,
    help: `start it with \`tscompose up -d ${service}\``,
  });
}

/** The same among stopped ones as well. */
export async function existingContainer(
  context: Context,
  client: Client | undefined,
  service: string,
  index: number | undefined,
): Promise<{ readonly client: Client; readonly container: ContainerSummary }> {
  const found = chosenOf(await client?.containers(true), service, index);
  if (client && found) return { client, container: found };
  await refuseUnknownServicesToLookAt(context, client, [service]);
  throw new Problem({
    severity: 'error',
    code: 'no-container',
    message: `service "${service}" has no container${index === undefined ? '' : ` #${index}`}`,
    help: `create it with \`tscompose create ${service}\``,
  });
}

function chosenOf(
  containers: readonly ContainerSummary[] | undefined,
  service: string,
  index: number | undefined,
): ContainerSummary | undefined {
  return containers
    ?.filter(({ Service }) => Service === service)
    .filter((container) => index === undefined || (!container.OneOff && container.Number === index))
    .toSorted((a, b) => Number(a.OneOff) - Number(b.OneOff) || a.Number - b.Number)[0];
}
