import { isActive } from '../../base/status.ts';
import type { RmOptions } from '../commands/rm.ts';
import type { Invocation } from '../grammar/command.ts';
import { change } from '../requests/change.ts';
import { findClient } from '../requests/connection.ts';
import { tellPlanned } from '../requests/dry-run.ts';
import { findTarget, refuseUnknownTargets } from '../selection/target.ts';
import { confirm } from '../terminal/confirm.ts';

/** The sentences are those of Docker Compose. */
export const rm = async ({ context, options, operands }: Invocation<RmOptions>): Promise<number> => {
  if (options.stop) {
    const exitCode = await change(context, 'stop', { services: operands }, () => 0);
    if (exitCode !== 0) return exitCode;
  }
  const target = await findTarget(context);
  const client = await findClient(context, target);
  await refuseUnknownTargets(target, client, operands);
  const services = operands.length > 0 ? operands : target.services;
  const stopped = ((await client?.containers(true)) ?? []).filter(
    ({ State, Service }) =>
      (!isActive(State) || (context.dryRun && options.stop)) && (!services || services.includes(Service)),
  );
  if (stopped.length === 0) {
    context.messages.say('No stopped containers');
    return 0;
  }
  const announcement = `Going to remove ${stopped.map(({ Name }) => Name).join(', ')}`;
  if (options.force || context.dryRun) process.stdout.write(`${announcement}\n`);
  else if (!(await confirm(announcement))) return 0;
  const running = stopped.filter(({ State }) => isActive(State));
  tellPlanned(
    context,
    'Removed',
    running.map(({ Name }) => `Container ${Name}`),
  );
  const containers = stopped.map(({ Id }) => Id);
  const request = { services: operands, containers, volumes: options.volumes ?? false };
  return change(context, 'remove', request, () => 0);
};
