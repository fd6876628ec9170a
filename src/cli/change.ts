import type { ChangeRequest } from '../api/calls/change.ts';
import type { Client } from '../api/client.ts';
import { Problem } from '../base/diagnostic.ts';
import type { Context } from './command-context.ts';
import { findClient } from './connection.ts';
import { projectName } from './find-project-name.ts';
import { refuseServicesThatNobodyKnows } from './open-project.ts';
import { reported } from './report/reported.ts';

/** The common part of `down`, `stop`, `start`, `restart` and `kill`, which need only the project's name. */
export async function change(
  context: Context,
  verb: Parameters<Client['change']>[0],
  request: ChangeRequest,
  withoutProject: (name: string) => number,
  onIdle: (name: string) => void = () => {},
): Promise<number> {
  const name = await projectName(context);
  const client = await findClient(context, name);
  await refuseServicesThatNobodyKnows(context, client, request.services);
  if (!client) return withoutProject(name);
  return reported(
    context,
    (onEvent) => client.change(verb, request, onEvent),
    () => onIdle(name),
  );
}

/** Fails a command that needs containers, for a project without any. */
export function noContainer(project: string): never {
  throw new Problem({
    severity: 'error',
    code: 'no-container',
    message: `no containers for project "${project}"`,
    help: 'create them with `tscompose up`',
  });
}
