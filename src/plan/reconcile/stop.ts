import type { ContainerDecision } from '../decide/decisions.ts';
import { isActive, type ObservedContainer, refOf } from '../observed.ts';
import { recordedOrder, walk } from '../order.ts';
import { isId, type Work } from './work.ts';

export const stopContainers = (work: Work): void => {
  const { plan, observed, decisions, made, stopped } = work;
  const decided = new Map(decisions.containers.map((decision) => [decision.observed?.name, decision]));
  const { stopping, dependants } = recordedOrder(observed.containers);
  const stops = walk(stopping, dependants, (container, before) => {
    const decision = decided.get(container.name);
    const because = stopCause(work, container, decision);
    if (because === undefined || !isActive(container)) return undefined;
    const ref = refOf(container);
    if (decision?.fate !== 'recreate')
      return plan.add({ ...ref, verb: 'stop', revives: true }, because, before);
    // Its successor is there before it is stopped.
    const successor = [made.get(decision.ref.container)].filter(isId);
    const action = { ...ref, verb: 'stop', revives: true, recreates: decision.ref.container } as const;
    return plan.add(action, because, [...before, ...successor]);
  });
  for (const [name, id] of stops) stopped.set(name, id);
};

const stopCause = (
  { leaving }: Work,
  container: ObservedContainer,
  decision: ContainerDecision | undefined,
): string | undefined => {
  if (decision)
    return decision.fate === 'recreate' || decision.fate === 'bounce' ? decision.because : undefined;
  return leaving.get(container);
};
