import { configHash, networkHash } from '../../src/plan/hash.ts';
import type { Observed, ObservedContainer } from '../../src/plan/observed.ts';
import { type Plan, planText } from '../../src/plan/plan.ts';
import { plainService } from '../../src/project/model/plain-service.ts';
import type { Dependency, Network, Project, Service } from '../../src/project/model/project.ts';
import { newNumbers, replicasOf } from '../../src/project/model/replicas.ts';

/** A project of services that have nothing but what is said here. */
export const project = (...services: readonly Service[]): Project => ({
  name: 'app',
  workingDir: '/srv/app',
  files: ['/srv/app/compose.yaml'],
  inactive: [],
  services: Object.fromEntries(services.map((service) => [service.name, service])),
  networks: Object.fromEntries(
    services.flatMap((service) => Object.keys(service.networks).map((key) => [key, network(key)])),
  ),
  volumes: {},
});

export const service = (name: string, more: Partial<Service> = {}): Service => ({
  name,
  ...plainService,
  command: ['sleep', '1'],
  ...more,
});

export const network = (key: string, more: Partial<Network> = {}): Network => ({
  key,
  name: `app_${key}`,
  ...more,
});

export const on = (...keys: readonly string[]): Service['networks'] =>
  Object.fromEntries(keys.map((key) => [key, { aliases: [] }]));

export const after = (...names: readonly string[]): Service['dependsOn'] =>
  Object.fromEntries(names.map((name) => [name, dependency()]));

export const dependency = (more: Partial<Dependency> = {}): Dependency => ({
  condition: 'service_started',
  restart: false,
  required: true,
  ...more,
});

/** Edges with a condition: `{ db: 'healthy' }`. */
export const once = (
  conditions: Readonly<Record<string, 'healthy' | 'completed_successfully'>>,
  more: Partial<Dependency> = {},
): Service['dependsOn'] =>
  Object.fromEntries(
    Object.entries(conditions).map(([name, condition]) => [
      name,
      dependency({ condition: `service_${condition}`, ...more }),
    ]),
  );

/** The project as it is when all of it runs; `states` for those that do not. */
export const running = (
  { name: projectName, services, networks }: Project,
  states: Readonly<Record<string, ObservedContainer['state']>> = {},
): Observed => ({
  networks: Object.values(networks).map((found) => ({
    key: found.key,
    name: found.name,
    hash: networkHash(found),
  })),
  containers: Object.values(services).flatMap((definition) =>
    newNumbers([], replicasOf(definition)).map((number) => ({
      id: idOf(number === 1 ? definition.name : `${definition.name}${number}`),
      name: definition.containerName ?? `${projectName}-${definition.name}-${number}`,
      service: definition.name,
      number,
      state: states[definition.name] ?? 'running',
      configHash: configHash(definition),
      definition,
      dependsOn: Object.keys(definition.dependsOn),
      networks: Object.keys(definition.networks),
      oneOff: false,
    })),
  ),
  volumes: [],
});

/** What `run` leaves while it runs. */
export const oneOff = (
  service: string,
  state: ObservedContainer['state'] = 'running',
): ObservedContainer => ({
  id: idOf(`${service}-run`),
  name: `app-${service}-run-3f2a`,
  service,
  number: 1,
  state,
  configHash: '',
  dependsOn: [],
  networks: ['default'],
  oneOff: true,
});

/** Its first twelve characters begin a temporary name: `web.........`. */
const idOf = (name: string): string => name.padEnd(12, '.').padEnd(64, '0');

export const nothing: Observed = { networks: [], containers: [], volumes: [] };

export const lines = (plan: Plan): readonly string[] => planText(plan).split('\n').filter(Boolean);

/** The same value, and how often something in it has been read: the work of a plan, on a machine of any speed. */
export const counted = <Value extends object>(value: Value): { value: Value; reads: number } => {
  const result = { value, reads: 0 };
  const proxies = new WeakMap<object, object>();
  const watched = (target: object): object => {
    const known = proxies.get(target);
    if (known) return known;
    const proxy = new Proxy(target, {
      get: (object, key, receiver) => {
        result.reads++;
        const found: unknown = Reflect.get(object, key, receiver);
        return typeof found === 'object' && found !== null ? watched(found) : found;
      },
    });
    proxies.set(target, proxy);
    return proxy;
  };
  result.value = watched(value) as Value;
  return result;
};

/** Ten times as much may take a little more than ten times the work, to be sorted, and not a hundred times. */
export const TEN_TIMES = 20;
