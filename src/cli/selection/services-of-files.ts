import type { CanonicalService } from '../../project/model/canonical.ts';
import type { Context } from '../command-context.ts';
import { openFiles, refuseUnknownServices } from './open-project.ts';

/** The services that a command names, all if it names none, as the files have them; what they depend on if it is wanted. */
export async function servicesOfFiles(
  context: Context,
  named: readonly string[],
  includeDependencies: boolean,
): Promise<readonly (readonly [name: string, service: CanonicalService])[]> {
  const { canonical } = await openFiles(context, {
    ...{ toRun: false, checkFiles: false, services: named },
    leaveOut: new Set(['model', 'env-resolution']),
  });
  refuseUnknownServices(named, Object.keys(canonical.services));
  if (!includeDependencies && named.length > 0) return named.map((name) => [name, canonical.services[name]!]);
  const { withServices } = await import('../../project/check/project-selection.ts');
  return Object.entries(withServices(canonical, named).services);
}
