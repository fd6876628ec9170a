import type { Client, NamedProject } from '../../api/client.ts';
import type { Context } from '../command-context.ts';
import { probableName } from '../selection/find-project.ts';

/** Connects to the project's supervisor; undefined if the project has no state. */
export async function findClient(context: Context, project: NamedProject): Promise<Client | undefined> {
  const { connect } = await import('../../engine/doors/connect.ts');
  return connect(project, { start: false, onNotices: context.messages.show });
}

/** Starts the supervisor of the probable project in advance, while the files are read. */
export async function anticipateClient(context: Context): Promise<void> {
  const { anticipate } = await import('../../engine/doors/connect.ts');
  anticipate(probableName(context));
}

/** Connects to the project's supervisor and starts it if necessary. */
export async function startClient(context: Context, project: NamedProject): Promise<Client> {
  const { connect } = await import('../../engine/doors/connect.ts');
  const client = await connect(project, { start: true, onNotices: context.messages.show });
  if (!client) throw new Error(`no supervisor of ${project.name} after one was started`);
  return client;
}
