import type { ContainerSummary } from '../../api/calls/containers.ts';
import type { Client } from '../../api/client.ts';
import { Problem } from '../../base/diagnostic.ts';
import type { Context } from '../command-context.ts';
import type { CommitOptions } from '../commands/commit.ts';
import type { Invocation } from '../grammar/command.ts';
import { findClient } from '../requests/connection.ts';
import { tellPlanned } from '../requests/dry-run.ts';
import { asWarning } from '../requests/fetched-images.ts';
import { findProject } from '../selection/find-project.ts';
import { existingContainer } from '../selection/running-container.ts';
import { untilInterrupted } from '../terminal/until-interrupted.ts';

/** The texts are those of Docker Compose. */
export const commit = async ({
  context,
  options: { author, change: changes, index, message, pause = true },
  operands: [service = '', name],
}: Invocation<CommitOptions>): Promise<number> => {
  const { checkCommit, commitContainer } = await import('../../engine/doors/images/commit-container.ts');
  checkCommit({ name, changes });
  const project = await findProject(context);
  const { client, container } = await existingContainer(
    ...([context, await findClient(context, project), service, index] as const),
  );
  tellPlanned(context, 'Committed', [`Container ${container.Name}`]);
  if (context.dryRun) return 0;
  context.messages.say(`Container ${container.Name} Committing`);
  return untilInterrupted(async (signal) => {
    const id = await whilePaused(context, client, pause ? container : undefined, () =>
      commitContainer({
        ...{ project: project.name, id: container.Id, name, changes, author, message, signal },
      }),
    );
    context.messages.say(`Container ${container.Name} Committed as ${id}`);
    return 0;
  });
};

/** A container that cannot be paused is committed all the same: its files may change meanwhile, and a warning says so. */
async function whilePaused<Result>(
  { messages }: Context,
  client: Client,
  container: ContainerSummary | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (container?.State !== 'running') return work();
  const isPaused = await client.pause(container.Id).then(
    () => true,
    (error) => {
      if (!(error instanceof Problem)) throw error;
      messages.show(error.diagnostics.filter(({ code }) => code !== 'not-running').map(asWarning));
      return false;
    },
  );
  try {
    return await work();
  } finally {
    // It may have been killed or unpaused meanwhile.
    if (isPaused)
      await client.unpause(container.Id).catch((error) => {
        if (!(error instanceof Problem)) throw error;
      });
  }
}
