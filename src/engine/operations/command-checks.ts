import type { Diagnostic } from '../../base/diagnostic.ts';
import { ociConfig } from '../../container/config.ts';
import type { Operation } from '../../plan/plan.ts';
import type { Project } from '../../project/model/project.ts';
import { findCommand } from '../containers/find-command.ts';
import { serviceFacts } from '../containers/gather-facts.ts';
import { commandDiagnostic } from '../containers/start-failure.ts';
import type { Context } from '../supervisor/context.ts';

/**
 * Commands that new containers would not find, before a container that one of them replaces is stopped. Where nothing
 * is replaced the start itself tells, for then nothing can be lost.
 */
export const commandProblems = (
  { host, hostRoot }: Pick<Context, 'host' | 'hostRoot'>,
  project: Project,
  operations: readonly Operation[],
): readonly Diagnostic[] => {
  const creates = operations.flatMap((operation) =>
    operation.kind === 'container' && operation.verb === 'create' ? [operation] : [],
  );
  if (creates.every(({ replaces }) => replaces === undefined)) return [];
  return creates.flatMap(({ name, service: key, recreates }): readonly Diagnostic[] => {
    const service = project.services[key]!;
    const config = ociConfig(service, serviceFacts(service, hostRoot), host, { hostname: '', cgroup: '' });
    // The host's own root is a part of the host.
    const root = service.rootfs.kind === 'host' ? '/' : config.root.path;
    const error = findCommand(config, root);
    if (error === 'found' || error === 'unknown') return [];
    const what = recreates === undefined ? `${name} could not start` : `${recreates} was not replaced`;
    const command = config.process.args[0] ?? '';
    return [commandDiagnostic(what, { command, error, from: `services.${key}.command` })];
  });
};
