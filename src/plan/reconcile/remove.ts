import { type ObservedContainer, refOf } from '../observed.ts';
import type { ContainerRef } from '../plan.ts';
import { temporaryRef, type Work } from './work.ts';

// The first waits for everything else, and the others for the first: that says the same with fewer words.
export const removeContainers = ({ plan, decisions, leaving, gone }: Work): void => {
  let before = plan.ends();
  const remove = (
    container: ObservedContainer,
    ref: ContainerRef & { readonly recreates?: string },
    because: string,
  ): void => {
    const id = plan.add({ ...ref, verb: 'remove', isLast: true }, because, before);
    gone.set(container.name, id);
    before = [id];
  };
  for (const { ref, fate, observed } of decisions.containers)
    if (fate === 'recreate' && observed)
      remove(
        observed,
        { ...temporaryRef(ref, observed), recreates: ref.container },
        `replaced by ${ref.name}`,
      );
  for (const [container, because] of leaving) remove(container, refOf(container), because);
};
