import type { ContainerSummary, ProcessList } from '../../api/calls/containers.ts';
import { Problem } from '../../base/diagnostic.ts';
import type { Invocation } from '../grammar/command.ts';
import { findClient } from '../requests/connection.ts';
import { findProject } from '../selection/find-project.ts';
import { refuseUnknownServicesToLookAt } from '../selection/target.ts';
import { table } from '../show/table.ts';

/** One table for all running containers, as in Docker Compose. */
export const top = async ({ context, operands }: Invocation<object>): Promise<number> => {
  const client = await findClient(context, await findProject(context));
  await refuseUnknownServicesToLookAt(context, client, operands);
  if (!client) return 0;
  const containers = (await client.containers(false))
    .filter(({ Service }) => operands.length === 0 || operands.includes(Service))
    .toSorted((a, b) => (a.Name < b.Name ? -1 : 1));
  const lists = await Promise.all(
    containers.map(async (container) => {
      const processes = await client.top(container.Id).catch(nothingIfGone);
      return processes ? [{ container, processes }] : [];
    }),
  );
  process.stdout.write(
    processLines(lists.flat())
      .map((line) => `${line}\n`)
      .join(''),
  );
  return 0;
};

/** A container may exit between the two calls. */
function nothingIfGone(error: unknown): undefined {
  const codes = error instanceof Problem ? error.diagnostics.map(({ code }) => code) : [];
  if (!codes.includes('not-running') && !codes.includes('no-container')) throw error;
}

/** Nothing without a process. */
function processLines(
  lists: readonly {
    readonly container: Pick<ContainerSummary, 'Service' | 'Number'>;
    readonly processes: ProcessList;
  }[],
): readonly string[] {
  const rows = lists.flatMap(({ container: { Service, Number: number }, processes }) =>
    processes.Processes.map((columns) => [Service, String(number), ...columns]),
  );
  if (rows.length === 0) return [];
  return table(['SERVICE', '#', ...lists[0]!.processes.Titles], rows, { gap: 2, least: 4 });
}
