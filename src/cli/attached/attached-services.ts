import type { UpRequest } from '../../api/calls/up.ts';
import { chosenServices } from '../../project/model/chosen-services.ts';
import type { UpOptions } from '../commands/up.ts';
import { usage } from '../grammar/usage.ts';

type Choices = Pick<UpOptions, 'attach' | 'attachDependencies' | 'noAttach'>;

/**
 * The services whose output a foreground `up` prints, as in Docker Compose: those that it names, or all; `attach: false`
 * holds unless `--attach` names the service. Throws a Problem if that service is not part of the project.
 */
export function attachedServices(
  request: Pick<UpRequest, 'project' | 'services'>,
  { attach, attachDependencies = false, noAttach }: Choices,
): ReadonlySet<string> {
  const { services } = request.project;
  const unknown = attach.filter((name) => !Object.hasOwn(services, name));
  if (unknown.length > 0) throw usage(`cannot attach to services not included in up: ${unknown.join(', ')}`);
  const chosen = chosenServices({ ...request, noDeps: !attachDependencies });
  const wanted = attach.length > 0 ? attach : chosen.filter((name) => services[name]?.attach !== false);
  return new Set(wanted.filter((name) => !noAttach.includes(name)));
}
