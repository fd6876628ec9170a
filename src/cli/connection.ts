import type { Client, Prepared } from '../api/client.ts';
import type { Context } from './command-context.ts';
import { probableName } from './find-project-name.ts';

/** The project's supervisor, if there is anything that one could look after. */
export async function findClient(context: Context, project: string): Promise<Client | undefined> {
  const { connect } = await import('../engine/connect.ts');
  return connect(project, { start: false, onNotices: context.messages.show });
}

/** Begins to start the supervisor of what is probably the project, while it is being read. */
export async function anticipateClient(context: Context): Promise<Prepared | undefined> {
  const project = probableName(context);
  if (project === undefined) return undefined;
  const { anticipate } = await import('../engine/connect.ts');
  return anticipate(project);
}

/** The project's supervisor, started where none runs. */
export async function startClient(context: Context, project: string, prepared?: Prepared): Promise<Client> {
  const { connect } = await import('../engine/connect.ts');
  const client = await connect(project, { start: true, prepared, onNotices: context.messages.show });
  if (!client) throw new Error(`no supervisor of ${project} after one was started`);
  return client;
}
