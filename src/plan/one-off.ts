import { type ContainerRef, type Plan, planner } from './plan.ts';

/** The plan of `run` for a container of its own, once the dependencies of its service are there. */
export const planOneOff = (service: string, name: string): Plan => {
  const plan = planner();
  const ref: ContainerRef = { kind: 'container', name, container: name, service, number: 1 };
  const made = plan.add({ ...ref, verb: 'create', hash: '' }, 'asked for');
  plan.add({ ...ref, verb: 'start' }, 'container is new', [made]);
  return plan.finish();
};
