import type { ChangeRequest } from '../api/calls/change.ts';
import type { Client } from '../api/client.ts';
import { Problem } from '../base/diagnostic.ts';
import type { Context } from './command-context.ts';
import { findClient, startClient } from './connection.ts';
import { interruptions } from './interruptions.ts';
import { reported } from './report/reported.ts';
import { findTarget, refuseUnknownTargets, type Target } from './target.ts';

/** The common part of `down`, `stop`, `start`, `restart` and `kill`: only services of the files, if there are files. */
export async function change(
  context: Context,
  verb: Parameters<Client['change']>[0],
  request: ChangeRequest | ((target: Target) => ChangeRequest),
  withoutProject: (name: string) => number,
  onIdle: (name: string) => void = () => {},
): Promise<number> {
  const target = await findTarget(context);
  const asked = typeof request === 'function' ? request(target) : request;
  const client =
    (await findClient(context, target)) ?? (await clientForVolumes(context, target, verb, asked));
  await refuseUnknownTargets(target, client, asked.services);
  if (!client) return withoutProject(target.name);
  const known = target.services && { known: target.services };
  const exitCode = await reported(
    context,
    (onEvent, signal) => client.change(verb, { ...asked, ...known, dryRun: context.dryRun }, onEvent, signal),
    () => onIdle(target.name),
  );
  return interruptions.statusOf(exitCode);
}

/** The volumes of a project stay when its containers and its record are removed. */
async function clientForVolumes(
  context: Context,
  target: Target,
  verb: Parameters<Client['change']>[0],
  { volumes }: ChangeRequest,
): Promise<Client | undefined> {
  if (verb !== 'down' || !volumes) return undefined;
  const { listVolumes } = await import('../engine/volumes.ts');
  const isTheirs = ({ project }: { readonly project?: string }) => project === target.name;
  return listVolumes().some(isTheirs) ? startClient(context, target) : undefined;
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
