import type { ProjectRequest } from '../api/bodies.ts';
import type { Client } from '../api/client.ts';
import { findClient } from './connection.ts';
import type { Context } from './context.ts';
import { refuseServicesThatNobodyKnows } from './project.ts';
import { projectName } from './project-name.ts';
import { reported } from './report/report.ts';

/** What `down`, `stop`, `start`, `restart` and `kill` have in common: all they need is the project's name. */
export async function change(
  context: Context,
  verb: Parameters<Client['change']>[0],
  request: ProjectRequest,
  withoutProject: (name: string) => number,
  onIdle: (name: string) => void = () => {},
): Promise<number> {
  const name = await projectName(context);
  const client = await findClient(name);
  await refuseServicesThatNobodyKnows(context, client, request.services);
  if (!client) return withoutProject(name);
  return reported(
    context,
    (onEvent) => client.change(verb, request, onEvent),
    () => onIdle(name),
  );
}
