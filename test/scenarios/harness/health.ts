import type { HealthDetails } from '../../../src/api/calls/containers.ts';
import { callSupervisor } from './control.ts';
import { eventually } from './eventually.ts';
import type { Project } from './project.ts';

type State = { readonly State?: { readonly Health?: HealthDetails } };

/** The health of the only container of a service, as the control API has it. */
export const healthOf = async (project: Project, service: string): Promise<HealthDetails | undefined> => {
  const { ID } = await project.container(service);
  const { body } = await callSupervisor(project, { path: `/containers/${ID}/json` });
  return (body as State).State?.Health;
};

/** Waits until the health of a service is as wanted. */
export const untilHealth = (
  project: Project,
  service: string,
  isWanted: (health: HealthDetails) => boolean,
): Promise<HealthDetails> =>
  eventually(`the health of ${service}`, async () => {
    const health = await healthOf(project, service);
    if (!health || !isWanted(health)) throw new Error(JSON.stringify(health));
    return health;
  });

export const lastResult = ({ Log }: HealthDetails) => Log.at(-1)!;
