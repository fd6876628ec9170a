import { isPaused, startCause } from '../../base/status.ts';
import { changeCause } from '../changes.ts';
import { standing } from '../conditions.ts';
import { isRunning } from '../observed.ts';
import {
  COMPLETED,
  type ContainerDecision,
  KEEP,
  type ReconcileOptions,
  type ServiceDecision,
} from './decisions.ts';

/** The decisions about the services so far. */
export type Decided = ReadonlyMap<string, ServiceDecision>;

type Case = Pick<ContainerDecision, 'ref' | 'service' | 'hash' | 'observed' | 'selected'> & {
  readonly forced: boolean;
  /** Others wait until it has completed, and the command does not name it. */
  readonly isOneShot: boolean;
  readonly decided: Decided;
  readonly options: ReconcileOptions;
};

type Verdict = Pick<ContainerDecision, 'fate' | 'because'>;

/** The decision about a container. The first reason that holds is given. */
export const judge = (subject: Case): Verdict => {
  const { hash, service, observed, selected, forced, options } = subject;
  if (!observed) return selected ? { fate: 'create', because: 'no container yet' } : KEEP;
  if (forced) return { fate: 'recreate', because: 'asked for' };
  if (selected && !options.noRecreate && observed.configHash !== hash)
    return { fate: 'recreate', because: changeCause(observed.definition, service) };
  const { changedContents = [] } = observed;
  if (selected && !options.noRecreate && changedContents.length > 0)
    return { fate: 'recreate', because: `content changed: ${changedContents.join(', ')}` };
  const inherits = inheritedAgain(subject);
  if (inherits !== undefined) return inherits;
  const joined = joinedAgain(subject);
  if (joined !== undefined) return joined;
  const restarted = restartedDependency(subject);
  if (restarted && isRunning(observed) && !options.noStart)
    return { fate: 'bounce', because: `${restarted.ref.name} is restarted` };
  if (selected && isPaused(observed.state)) return { fate: 'unpause', because: startCause(observed.state) };
  if (subject.isOneShot && standing('completed', observed) === 'satisfied') return COMPLETED;
  if (selected && !isRunning(observed)) return { fate: 'start', because: startCause(observed.state) };
  return KEEP;
};

const restartedDependency = ({ service, decided }: Case): ContainerDecision | undefined => {
  for (const [name, { restart }] of Object.entries(service.dependsOn)) {
    const restarted = restart && decided.get(name)?.containers.find(isStartedAgain);
    if (restarted) return restarted;
  }
  return undefined;
};

/** As in Docker, it is the first container of a service whose mounts or namespaces others have. */
const firstOf = ({ decided }: Case, service: string): First | undefined => {
  const { containers: [first] = [], surplus = [] } = decided.get(service) ?? {};
  return first && { ...first, wasAnother: surplus.some(({ number }) => number < first.ref.number) };
};

/** `wasAnother`: the first container so far goes. */
type First = ContainerDecision & { readonly wasAnother: boolean };

/** A container keeps the mounts that it has taken over from another when it was created. */
const inheritedAgain = (subject: Case): Verdict | undefined => {
  const { service, selected, options } = subject;
  if (!selected || options.noRecreate) return undefined;
  for (const { kind, name } of service.volumesFrom ?? []) {
    const owner = kind === 'service' ? firstOf(subject, name) : undefined;
    if (!owner || !(isNew(owner) || owner.wasAnother)) continue;
    const news = isNew(owner) ? 'new' : 'the first now';
    return { fate: 'recreate', because: `has the volumes of ${owner.ref.name}, which is ${news}` };
  }
  return undefined;
};

/** A container that joins a namespace of another would otherwise keep the one of a removed container. */
const joinedAgain = (subject: Case): Verdict | undefined => {
  const { observed, selected, options } = subject;
  const owner = begunOwner(subject);
  if (!owner || !observed || !isRunning(observed) || options.noStart) return undefined;
  const shares = `shares a namespace with ${owner.ref.name}, which is`;
  return selected && isStartedAgain(owner) && !options.noRecreate
    ? { fate: 'recreate', because: `${shares} recreated` }
    : { fate: 'bounce', because: `${shares} ${isBegun(owner) ? 'started' : 'the first now'}` };
};

/** The container whose namespace it joins, if that does not stay as it is. */
const begunOwner = (subject: Case): First | undefined => {
  for (const namespace of Object.values(subject.service.namespaces ?? {})) {
    const owner = namespace.kind === 'service' ? firstOf(subject, namespace.name) : undefined;
    if (owner && (isBegun(owner) || owner.wasAnother)) return owner;
  }
  return undefined;
};

const isNew = ({ fate }: ContainerDecision): boolean => fate === 'create' || fate === 'recreate';

const isStartedAgain = ({ fate }: ContainerDecision): boolean => fate === 'recreate' || fate === 'bounce';

const isBegun = ({ fate }: ContainerDecision): boolean => fate !== 'keep' && fate !== 'unpause';
