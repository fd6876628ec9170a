import type { ContainerSummary } from '../../api/calls/containers.ts';
import type { Client } from '../../api/client.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { LogsOptions } from '../commands/logs.ts';
import type { Invocation } from '../grammar/command.ts';
import { acrossSupervisors } from '../logs/across-supervisors.ts';
import { type FollowFrom, follower } from '../logs/follow.ts';
import { inOrderOfTime } from '../logs/order-of-time.ts';
import { type LogPrinter, logPrinter, shortName } from '../logs/printer.ts';
import { findClient } from '../requests/connection.ts';
import { findProject } from '../selection/find-project.ts';
import { refuseUnknownServicesToLookAt } from '../selection/target.ts';

/** Prints both streams of the containers on stdout, because their output is the data here. */
export const logs = async ({ context, options, operands }: Invocation<LogsOptions>): Promise<number> => {
  const client = await findClient(context, await findProject(context));
  await refuseUnknownServicesToLookAt(context, client, operands);
  if (!client) return 0;
  const { tail, since, until, index, timestamps = false } = options;
  const range = {
    ...(tail !== undefined && Number.isFinite(tail) && { tail }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
  const printer = logPrinter({
    prefixed: options.logPrefix,
    color: context.color.stdout && options.color,
    write: (_, bytes) => void process.stdout.write(bytes),
  });
  const isAsked = ({ OneOff, Number: number, Service }: ContainerSummary) =>
    !OneOff &&
    (index === undefined || number === index) &&
    (operands.length === 0 || operands.includes(Service));
  const wants = (container: ContainerSummary) => isAsked(container) && container.LogDriver !== 'none';
  const unkept = (await client.containers(true)).filter((one) => isAsked(one) && !wants(one));
  context.messages.show(unkept.map(notKept));
  if (options.follow) await follow(client, printer, wants, { ...range, timestamps });
  else await printPast(client, printer, wants, { ...range, timestamps });
  return 0;
};

/** As in Docker Compose, the logs of others are shown. */
const notKept = ({ Name }: ContainerSummary): Diagnostic => ({
  severity: 'warning',
  code: 'not-kept',
  message: `the logs of ${Name} cannot be read: its logging driver is \`none\``,
});

type Wants = (container: ContainerSummary) => boolean;

type Range = FollowFrom & { readonly timestamps: boolean };

async function printPast(client: Client, printer: LogPrinter, wants: Wants, range: Range): Promise<void> {
  const containers = (await client.containers(true)).filter(wants);
  const logs = containers.length === 1 ? client.logs : inOrderOfTime(client.logs, Number.POSITIVE_INFINITY);
  const printOne = async (container: ContainerSummary) => {
    const output = printer.open({ name: shortName(container), service: container.Service });
    await logs(container.Id, { follow: false, ...range }, output.print);
    output.end();
  };
  await Promise.all(containers.map(printOne));
}

async function follow(client: Client, printer: LogPrinter, wants: Wants, range: Range): Promise<void> {
  const { timestamps, ...from } = range;
  const logs = inOrderOfTime(acrossSupervisors(client.logs), 50);
  const sayExit = (text: string) => void process.stdout.write(`${text}\n`);
  const following = follower({ client, logs, printer, timestamps, wants, sayExit });
  const events = await client.events(following.event);
  following.follow(await client.containers(true), from);
  await following.done;
  events.close();
}
