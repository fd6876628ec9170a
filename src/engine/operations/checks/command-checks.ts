import type { Diagnostic } from '../../../base/diagnostic.ts';
import { ociConfig } from '../../../container/config.ts';
import type { VolumeSource, VolumeSources } from '../../../container/facts.ts';
import type { Operation } from '../../../plan/plan.ts';
import { programKey } from '../../../project/model/program-key.ts';
import type { Project, Service } from '../../../project/model/project.ts';
import type { Context } from '../../context/context.ts';
import { findCommand } from '../../facts/find-command.ts';
import { serviceFacts } from '../../facts/gather-facts.ts';
import { commandDiagnostic } from '../../failures/start-failure.ts';
import { imageSource } from '../../volumes/volume-sources.ts';

/**
 * Checks that the commands of new containers exist, before a replaced container is stopped. Without a replacement the
 * start itself reports the error, because nothing can be lost then.
 */
export const commandProblems = (
  facts: Facts,
  project: Project,
  operations: readonly Operation[],
): readonly Diagnostic[] => {
  const creates = operations.flatMap((operation) =>
    operation.kind === 'container' && operation.verb === 'create' ? [operation] : [],
  );
  if (creates.every(({ replaces }) => replaces === undefined)) return [];
  return creates.flatMap(({ name, service: key, recreates }): readonly Diagnostic[] => {
    const what = recreates === undefined ? `${name} could not start` : `${recreates} was not replaced`;
    return commandProblem(facts, project.services[key]!, what);
  });
};

/** The error of a command that is not there; `what` is the beginning of its message: `web-1 could not start`. */
export const commandProblem = (
  { host, hostRoot }: Facts,
  service: Service,
  what: string,
): readonly Diagnostic[] => {
  const facts = serviceFacts(service, hostRoot, unfilledVolumes(service));
  const config = ociConfig(service, facts, host, { hostname: '', cgroup: '' });
  // The host root consists of the host's own files.
  const root = service.rootfs.kind === 'host' ? '/' : config.root.path;
  const error = findCommand(config, root);
  if (error === 'found' || error === 'unknown') return [];
  const command = config.process.args[0] ?? '';
  return [
    commandDiagnostic(what, { command, error, from: `services.${service.name}.${programKey(service)}` }),
  ];
};

/** A volume may get its content with the start, so it is looked up where nothing is: the answer is `unknown` then. */
const unfilledVolumes = ({ mounts }: Service): VolumeSources =>
  new Map(
    mounts.flatMap((mount): readonly [string, VolumeSource][] => {
      if (mount.kind === 'image') return [[mount.target, imageSource(mount)]];
      return mount.kind === 'volume' ? [[mount.target, { name: '', data: '' }]] : [];
    }),
  );

type Facts = Pick<Context, 'host' | 'hostRoot'>;
