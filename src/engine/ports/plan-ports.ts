import type { Diagnostic } from '../../base/diagnostic.ts';
import { isRestarting } from '../../base/status.ts';
import { tryToBind } from '../../kernel/ffi/bind-socket.ts';
import { errnoName, errnoNumber } from '../../kernel/program/errno.ts';
import type { ContainerAction, Operation } from '../../plan/plan.ts';
import type { Port, Project, Service } from '../../project/model/project.ts';
import type { Context } from '../context/context.ts';
import { driverOptions } from '../networks/driver-options.ts';
import { wayOut } from '../networks/way-out.ts';
import type { BoundPort, ContainerRecord, NetworkRecord } from '../record/project-record.ts';
import { type Bind, type Choice, choosePort, type Refused } from './choose-ports.ts';
import { portUsers } from './port-users.ts';
import { MOST_NAMED, refusal, writtenAs } from './refusal.ts';
import { type HostPort, type PortHolders, portHolders } from './sockets-of-host.ts';

/** The ports that a container is to have. */
export type Wanted = {
  readonly container: string;
  readonly ports: readonly Port[];
  /** The ports of the record: of the container itself, or of the one that it replaces. */
  readonly before: readonly BoundPort[];
  readonly isNew: boolean;
  /** The addresses of a port without one, if they are others. */
  readonly defaultIps?: readonly string[];
};

export type PlannedPorts = {
  readonly problems: readonly Diagnostic[];
  /** The ports of new containers, by name. */
  readonly chosen: Readonly<Record<string, readonly BoundPort[]>>;
};

/**
 * Chooses the ports of new containers, and tries those of containers that are started again: every conflict is found
 * before anything is created. Containers that run on keep theirs.
 */
export const planPorts = async (
  context: Pick<Context, 'record' | 'running' | 'paths' | 'work'>,
  wanted: readonly Wanted[],
  operations: readonly Operation[],
): Promise<PlannedPorts> => {
  if (wanted.length === 0) return { problems: [], chosen: {} };
  const { staying, leaving } = heldPorts(context, operations);
  const takers = holdersOf(staying);
  const bind = binder(takers, holdersOf(leaving.map((port) => [port, true])));
  const everywhere = defaultAddresses();
  const chosen: Record<string, readonly BoundPort[]> = {};
  const refused: RefusedChoice[] = [];
  // A container that has a port of a range keeps it; one that is new takes what is left.
  const inTurn = wanted.toSorted((a, b) => Number(a.before.length === 0) - Number(b.before.length === 0));
  for (const { container, ports, before, isNew, defaultIps = everywhere } of inTurn) {
    const all = isNew ? ports : before.map((bound) => portOf(bound, ports));
    const bound = all.flatMap((port) => {
      const choice = choosePort(port, { before, defaultIps, bind });
      if ('refused' in choice) refused.push(choice);
      else for (const one of choice.bound) takers.add(one, `container ${container}`);
      return 'bound' in choice ? choice.bound : [];
    });
    if (isNew) chosen[container] = bound;
  }
  return { chosen, problems: await problemsOf(context, refused, takers) };
};

type RefusedChoice = Extract<Choice, { readonly refused: unknown }>;

/** The ports of the containers that a plan creates or starts again. */
export const wantedPorts = (
  containers: Readonly<Record<string, ContainerRecord>>,
  { services }: Pick<Project, 'services'>,
  networks: Readonly<Record<string, NetworkRecord>>,
  operations: readonly Operation[],
): readonly Wanted[] => {
  const made = new Set(operations.flatMap((one) => (one.kind === 'container' ? madeBy(one) : [])));
  return operations.flatMap((one): readonly Wanted[] => {
    if (one.kind !== 'container') return [];
    if (one.verb === 'create') {
      const before = containers[one.replaces ?? '']?.ports ?? [];
      return newPorts(one.container, services[one.service]!, networks, before);
    }
    const known = one.verb === 'start' && !made.has(one.container) ? containers[one.container] : undefined;
    if (!known?.ports) return [];
    const ports = known.definition.ports ?? [];
    return [{ container: one.container, ports, before: known.ports, isNew: false }];
  });
};

/** The ports of one new container. On internal networks alone, it publishes none. */
export const newPorts = (
  container: string,
  service: Pick<Service, 'ports' | 'networks'>,
  networks: Readonly<Record<string, NetworkRecord>>,
  before: readonly BoundPort[] = [],
): readonly Wanted[] => {
  const { ports = [] } = service;
  const network = wayOut(service, networks);
  if (ports.length === 0 || !network) return [];
  const { hostBinding } = driverOptions(network);
  const defaultIps = hostBinding === undefined ? {} : { defaultIps: [hostBinding] };
  return [{ container, ports, before, isNew: true, ...defaultIps }];
};

/** The names that a new container has in turn. */
const madeBy = (action: ContainerAction): readonly string[] => {
  if (action.verb === 'rename') return [action.to];
  return action.verb === 'create' ? [action.container] : [];
};

/**
 * The ports of running containers, and of those that are restarted: of those that go on, with their holders, and of those
 * that are stopped first. One that the call starts itself may be in the middle of its restart, and hold them already.
 */
const heldPorts = (
  { record, running }: Pick<Context, 'record' | 'running'>,
  operations: readonly Operation[],
): { readonly staying: readonly (readonly [HostPort, string])[]; readonly leaving: readonly HostPort[] } => {
  const changed = new Set(
    operations.flatMap((one) =>
      one.kind === 'container' && LEAVING.includes(one.verb) ? [one.container] : [],
    ),
  );
  const held = Object.values(record.containers).flatMap(({ name, state, ports = [] }) =>
    running.has(name) || isRestarting(state) ? ports.map((port) => [port, name] as const) : [],
  );
  return {
    staying: held.flatMap(([port, name]) =>
      changed.has(name) ? [] : [[port, `container ${name}`] as const],
    ),
    leaving: held.flatMap(([port, name]) => (changed.has(name) ? [port] : [])),
  };
};

const LEAVING: readonly ContainerAction['verb'][] = ['stop', 'remove', 'start'];

const holdersOf = <Holder>(held: readonly (readonly [HostPort, Holder])[]): PortHolders<Holder> => {
  const holders = portHolders<Holder>();
  for (const [socket, holder] of held) holders.add(socket, holder);
  return holders;
};

const binder =
  (takers: PortHolders<string>, leaving: Pick<PortHolders<unknown>, 'of'>): Bind =>
  (socket) => {
    if (takers.of(socket).length > 0) return { errno: IN_USE };
    // A port of this project itself is free once the container has stopped.
    if (leaving.of(socket).length > 0) return { port: socket.hostPort };
    const bound = tryToBind(socket.protocol, socket.hostIp, socket.hostPort);
    // A socket cannot be tried where the kernel has none of the protocol; a packet filter forwards it all the same.
    const isUntried = 'errno' in bound && errnoName(bound.errno) === 'EPROTONOSUPPORT' && socket.hostPort > 0;
    return isUntried ? { port: socket.hostPort } : bound;
  };

/** 0.0.0.0 and ::, as in Docker; without IPv6 the first alone. */
const defaultAddresses = (): readonly string[] => {
  const bound = tryToBind('tcp', '::', 0);
  return 'errno' in bound ? ['0.0.0.0'] : ['0.0.0.0', '::'];
};

const portOf = (bound: BoundPort, ports: readonly Port[]): Port => {
  const { protocol, hostIp, hostPort, port } = bound;
  const { from } = writtenAs({ ports }, bound);
  return { from, target: port, protocol, hostIp, published: { first: hostPort, last: hostPort } };
};

const problemsOf = async (
  context: Pick<Context, 'paths' | 'work'>,
  choices: readonly RefusedChoice[],
  takers: PortHolders<string>,
): Promise<readonly Diagnostic[]> => {
  if (choices.length === 0) return [];
  const unknown: Refused[] = [];
  const users = new Map<HostPort, string>();
  for (const one of choices.flatMap(({ refused }) => refused.slice(0, MOST_NAMED))) {
    const [taker] = takers.of(one);
    if (taker) users.set(one, taker);
    else if (one.errno === IN_USE) unknown.push(one);
  }
  const found = await portUsers(context, unknown);
  return choices.map(({ port, refused }) =>
    refusal(port, refused, (one) => users.get(one) ?? found.get(one) ?? 'another program'),
  );
};

const IN_USE = errnoNumber('EADDRINUSE');
