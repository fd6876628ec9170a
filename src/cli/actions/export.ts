import { resolve } from 'node:path';
import type { ExportOptions } from '../commands/export.ts';
import type { Invocation } from '../grammar/command.ts';
import { findClient } from '../requests/connection.ts';
import { findProject } from '../selection/find-project.ts';
import { existingContainer } from '../selection/running-container.ts';
import { writeStream } from '../terminal/write-stream.ts';

export const exportFiles = async ({
  context,
  options: { index, output },
  operands: [service = ''],
}: Invocation<ExportOptions>): Promise<number> =>
  writeStream('the archive', output && resolve(context.cwd, output), async (signal) => {
    const project = await findProject(context);
    const client = await findClient(context, project);
    const { container } = await existingContainer(context, client, service, index);
    const { exportContainer } = await import('../../engine/doors/images/export-container.ts');
    return exportContainer(project.name, container.Id, signal);
  });
