import type { Client } from '../engine/client.ts';

/** The project's supervisor, if there is anything that one could look after. */
export async function findClient(project: string): Promise<Client | undefined> {
  const { connect } = await import('../engine/connect.ts');
  return connect(project, { start: false });
}

/** The project's supervisor, started where none runs. */
export async function startClient(project: string): Promise<Client> {
  const { connect } = await import('../engine/connect.ts');
  const client = await connect(project, { start: true });
  if (!client) throw new Error(`no supervisor of ${project} after one was started`);
  return client;
}
