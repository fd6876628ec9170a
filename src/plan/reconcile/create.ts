import { NO_VOLUME, volumesOf } from '../volumes.ts';
import { isId, temporaryRef, type Work } from './work.ts';

export const createVolumes = ({ plan, decisions, volumes }: Work): void => {
  for (const { name } of decisions.volumes)
    if (!volumes.has(name)) volumes.set(name, plan.add({ kind: 'volume', verb: 'create', name }, NO_VOLUME));
};

export const createContainers = ({ plan, decisions, volumes, made }: Work): void => {
  for (const { ref, service, hash, fate, because, observed } of decisions.containers) {
    const before = volumesOf(service)
      .map((name) => volumes.get(name))
      .filter(isId);
    if (fate === 'create')
      made.set(ref.container, plan.add({ ...ref, verb: 'create', hash }, because, before));
    if (fate !== 'recreate' || !observed) continue;
    const { name: replaces } = observed;
    const successor = temporaryRef(ref, observed);
    const action = { ...successor, verb: 'create', hash, replaces, recreates: ref.container } as const;
    made.set(ref.container, plan.add(action, because, before));
  }
};

export const renameContainers = ({ plan, decisions, made, stopped }: Work): void => {
  for (const { ref, fate, because, observed } of decisions.containers) {
    if (fate !== 'recreate' || !observed) continue;
    const before = [stopped.get(observed.name) ?? made.get(ref.container)].filter(isId);
    const action = { ...temporaryRef(ref, observed), verb: 'rename', to: ref.container } as const;
    made.set(ref.container, plan.add({ ...action, recreates: ref.container }, because, before));
  }
};
