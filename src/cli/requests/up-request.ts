import type { UpRequest } from '../../api/calls/up.ts';
import type { NamedProject } from '../../api/client.ts';
import { Problem } from '../../base/diagnostic.ts';
import { chosenServices } from '../../project/model/chosen-services.ts';
import { contentsOf } from '../../project/model/grant-contents.ts';
import type { Project } from '../../project/model/project.ts';
import type { Context } from '../command-context.ts';
import type { UpOptions } from '../commands/up.ts';
import { usage } from '../grammar/usage.ts';
import { saysYes } from '../grammar/values.ts';
import { openProject, refuseUnknownServices } from '../selection/open-project.ts';
import { type PullChoices, withFetchedImages } from './fetched-images.ts';

/** The options of `up` that the supervisor acts on. */
export type UpChoices = Pick<UpOptions, 'deps' | 'recreate' | 'start'> &
  Partial<
    Pick<
      UpOptions,
      | 'alwaysRecreateDeps'
      | 'exitCodeFrom'
      | 'forceRecreate'
      | 'keepFailed'
      | 'removeOrphans'
      | 'renewAnonVolumes'
      | 'scale'
      | 'timeout'
      | 'wait'
      | 'waitTimeout'
    >
  > &
  PullChoices;

/**
 * Reads the files of `up` and `create`, and fetches the images; throws a Problem if they have none of the services.
 * Undefined for a dry run that cannot know more than which images it would fetch.
 */
export async function upRequest(
  context: Context,
  services: readonly string[],
  options: UpChoices,
): Promise<UpRequest | undefined> {
  if (options.forceRecreate && !options.recreate)
    throw usage('--force-recreate and --no-recreate are incompatible');
  if (options.alwaysRecreateDeps && !options.recreate)
    throw usage('--always-recreate-deps and --no-recreate are incompatible');
  const {
    project: written,
    nameIsExplicit,
    variables,
    contentOf,
  } = await openProject(context, {
    services,
    noDeps: !options.deps,
    scale: new Map(options.scale),
  });
  const scaled = (options.scale ?? []).map(([service]) => service);
  refuseNoService(written);
  refuseUnknownServices(
    [...services, ...(options.exitCodeFrom ? [options.exitCodeFrom] : []), ...scaled],
    Object.keys(written.services),
  );
  const noDeps = !options.deps;
  refuseUnselected(scaled, chosenServices({ project: written, services, noDeps }));
  const project = await withFetchedImages(context, written, { services, noDeps }, options);
  if (!project) return undefined;
  return {
    project,
    contents: contentsOf(project, chosenServices({ project, services, noDeps }), contentOf),
    nameIsExplicit,
    services,
    strict: context.globals.strict ?? false,
    ...(context.globals.runner !== undefined && { runner: context.globals.runner }),
    noDeps,
    forceRecreate: options.forceRecreate ?? false,
    noRecreate: !options.recreate,
    ...orphanChoices(options, variables),
    renewAnonVolumes: options.renewAnonVolumes ?? false,
    noStart: !options.start,
    dryRun: context.dryRun,
    alwaysRecreateDeps: options.alwaysRecreateDeps ?? false,
    wait: options.wait ?? false,
    keepFailed: options.keepFailed ?? false,
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...(options.waitTimeout !== undefined && { waitTimeout: options.waitTimeout }),
  };
}

export function namedProject({ project, nameIsExplicit = false }: UpRequest): NamedProject {
  return { ...project, nameIsExplicit };
}

/** Reads the variables from `.env` as well. */
function orphanChoices(
  { removeOrphans }: UpChoices,
  variables: ReadonlyMap<string, string>,
): Pick<UpRequest, 'removeOrphans' | 'ignoreOrphans'> {
  const isRemoved = removeOrphans ?? saysYes(variables.get('COMPOSE_REMOVE_ORPHANS'));
  const isIgnored = saysYes(variables.get('COMPOSE_IGNORE_ORPHANS'));
  if (isRemoved && isIgnored) throw usage('cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans');
  return { removeOrphans: isRemoved, ignoreOrphans: isIgnored };
}

/** A number for a service that the command leaves alone would have no effect. */
function refuseUnselected(scaled: readonly string[], selected: readonly string[]): void {
  const left = scaled.find((service) => !selected.includes(service));
  if (left === undefined) return;
  throw usage(
    `\`--scale ${left}\` has no effect, because this command is not about \`${left}\``,
    `name \`${left}\` as well`,
  );
}

/** A start needs a service. */
export function refuseNoService({ services, inactive }: Project): void {
  if (Object.keys(services).length > 0) return;
  const isInactive = inactive.length > 0;
  throw new Problem({
    severity: 'error',
    code: 'missing-key',
    message: `no service selected: ${isInactive ? 'all of them have profiles' : 'the file defines none'}`,
    ...(isInactive && { help: 'enable a profile with `--profile`, or name a service' }),
  });
}
