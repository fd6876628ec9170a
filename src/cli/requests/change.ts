import type { ChangeRequest } from '../../api/calls/change.ts';
import type { Client } from '../../api/client.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { ListedVolume } from '../../engine/doors/volumes.ts';
import type { Context } from '../command-context.ts';
import { reported } from '../report/reported.ts';
import { inputsOf } from '../selection/open-project.ts';
import { findTarget, refuseUnknownTargets, type Target } from '../selection/target.ts';
import { interruptions } from '../terminal/interruptions.ts';
import { findClient, startClient } from './connection.ts';

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
  const dependencies = STARTS.has(verb) ? target.dependencies?.() : undefined;
  const known = { ...(target.services && { known: target.services }), ...(dependencies && { dependencies }) };
  const exitCode = await reported(
    context,
    (onEvent, signal) => client.change(verb, { ...asked, ...known, dryRun: context.dryRun }, onEvent, signal),
    () => onIdle(target.name),
    (diagnostics) => learnPlaces(context, target, diagnostics),
  );
  return interruptions.statusOf(exitCode);
}

/** As in Docker Compose, the files say in which order these commands start containers. */
const STARTS: ReadonlySet<Parameters<Client['change']>[0]> = new Set(['start', 'restart']);

/** These commands read only the names in the files; a problem with a value in them needs the whole. */
async function learnPlaces(
  context: Context,
  { services }: Target,
  diagnostics: readonly Diagnostic[],
): Promise<void> {
  const { file: files } = context.globals;
  // Standard input is read by now.
  if (!services || files.includes('-') || diagnostics.every(({ at, from }) => at || !from)) return;
  const { loadProject } = await import('../../project/load.ts');
  context.messages.learn(loadProject({ ...inputsOf(context), toRun: false, checkFiles: false }));
}

/** The volumes of a project stay when its containers and its record are removed; foreign ones are warned of. */
async function clientForVolumes(
  context: Context,
  target: Target,
  verb: Parameters<Client['change']>[0],
  { volumes, services }: ChangeRequest,
): Promise<Client | undefined> {
  if (verb !== 'down' || !volumes) return undefined;
  const { listVolumes } = await import('../../engine/doors/volumes.ts');
  const named = new Set(services.length === 0 ? target.volumeNames : []);
  const isTold = ({ name, project }: ListedVolume) => project === target.name || named.has(name);
  return listVolumes().some(isTold) ? startClient(context, target) : undefined;
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
