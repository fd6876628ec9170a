import type { ContainerSummary } from '../../api/calls/containers.ts';
import { isActive, isOver } from '../../base/status.ts';
import type { WaitOptions } from '../commands/wait.ts';
import type { Invocation } from '../grammar/command.ts';
import { reported } from '../report/reported.ts';
import { noContainer } from '../requests/change.ts';
import { findClient } from '../requests/connection.ts';
import { findProject } from '../selection/find-project.ts';
import { refuseUnknownServicesToLookAt } from '../selection/target.ts';
import { interruptions } from '../terminal/interruptions.ts';

/**
 * The sentences are those of Docker Compose. The exit status there is that of the container whose end is recorded last,
 * which is a matter of luck where two end at once; here a failure is one, whenever it comes.
 */
export const wait = async ({ context, options, operands }: Invocation<WaitOptions>): Promise<number> => {
  const project = await findProject(context);
  const client = await findClient(context, project);
  await refuseUnknownServicesToLookAt(context, client, operands);
  const containers = (await client?.containers(true))?.filter(isAwaited(operands)) ?? [];
  if (!client || containers.length === 0) noContainer(project.name);
  const exitCodes = await Promise.all(
    containers.toSorted(inOrderOf(operands)).map(async ({ Id }) => {
      const exitCode = await client.wait(Id);
      process.stdout.write(`container "${Id}" exited with status code ${exitCode}\n`);
      return exitCode;
    }),
  );
  const exitCode = exitCodes.find((code) => code !== 0) ?? 0;
  if (!options.downProject) return exitCode;
  const request = { services: [], removeOrphans: true };
  const failure = await reported(context, (onEvent, signal) =>
    client.change('down', request, onEvent, signal),
  );
  return failure === 0 ? exitCode : interruptions.statusOf(failure);
};

const inOrderOf =
  (services: readonly string[]) =>
  (a: ContainerSummary, b: ContainerSummary): number =>
    services.indexOf(a.Service) - services.indexOf(b.Service) ||
    Number(a.OneOff) - Number(b.OneOff) ||
    a.Number - b.Number;

/** A container that has exited before the command began is no error, except one that `run` made. */
const isAwaited =
  (services: readonly string[]) =>
  ({ Service, OneOff, State }: ContainerSummary): boolean =>
    services.includes(Service) && (isActive(State) || (isOver(State) && !OneOff));
