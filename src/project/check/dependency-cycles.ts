import type { Diagnostic } from '../../base/diagnostic.ts';
import { findCycles, type Graph } from '../../base/graph.ts';
import { didYouMean } from '../../base/text/typo.ts';
import { servicesUsedBy } from '../keys/uses.ts';
import type { Canonical } from '../model/canonical.ts';
import { didYou, quote } from '../tree/wording.ts';
import { type Check, type Checked, error, inactiveService } from './checked.ts';

/** Every service that another depends on exists; without one that need not, a warning. */
export const dependencyReferences: Check = (project) => {
  const { canonical, atKey, inactive, isBroken } = project;
  const known = Object.keys(canonical.services);
  return Object.entries(canonical.services).flatMap(([name, service]) =>
    Object.entries(service.depends_on ?? {}).flatMap(([other, { required }]) => {
      if (known.includes(other) || isBroken('services', other)) return [];
      const isOptional = required === false;
      const at = atKey('services', name, 'depends_on', other);
      const label = isOptional ? `${name} starts without it` : `${name} needs it`;
      // As in Docker Compose, an optional one comes with its profile.
      if (inactive.has(other)) return isOptional ? [] : [inactiveService(other, at, label, project)];
      const near = didYouMean(other, known);
      const more = { label, ...(near !== undefined && { help: didYou(near) }) };
      const found = error('unknown-service', `there is no service ${quote(other)}`, at, more);
      return [isOptional ? { ...found, severity: 'warning' } : found];
    }),
  );
};

/** Every dependency says in one of the files what to wait for. */
export const conditions: Check = ({ canonical, at, isBroken }) =>
  Object.entries(canonical.services).flatMap(([name, service]) =>
    Object.entries(service.depends_on ?? {}).flatMap(([other, { condition }]) => {
      const path = ['services', name, 'depends_on', other];
      if (condition !== undefined || isBroken(...path)) return [];
      const help = 'write for example `condition: service_started`';
      return [error('missing-key', '`condition` is missing', at(...path), { help })];
    }),
  );

/** Dependencies can be put into an order. */
export const dependencyCycles: Check = (project) =>
  findCycles(dependencyGraph(project.canonical)).map((cycle) => describeCycle(cycle, project));

/** Services with the services that they depend on. */
export function dependencyGraph({ services }: Canonical): Graph {
  return new Map(
    Object.entries(services).map(([name, { depends_on }]) => [name, Object.keys(depends_on ?? {})]),
  );
}

function describeCycle(cycle: readonly string[], project: Checked): Diagnostic {
  const edges = cycle.map((service, index) => {
    const needed = cycle[(index + 1) % cycle.length]!;
    return { at: placeOfEdge(service, needed, project), text: `${service} needs ${needed}` };
  });
  const [first, ...others] = edges as [(typeof edges)[number], ...typeof edges];
  const circle = [...cycle, cycle[0]].join(' → ');
  const message = `services depend on each other in a circle: ${circle}`;
  const help =
    cycle.length === 1 ? 'remove it' : `remove one of the ${numerals[cycle.length] ?? cycle.length}`;
  return error('dependency-cycle', message, first.at, { label: first.text, labels: others, help });
}

/** Where a service says that it needs another, in so many words or by using a part of it. */
function placeOfEdge(service: string, needed: string, { canonical, at, atKey }: Checked) {
  const use = servicesUsedBy(canonical.services[service]!).find(({ name }) => name === needed);
  return use ? at('services', service, ...use.path) : atKey('services', service, 'depends_on', needed);
}

const numerals: Readonly<Record<number, string>> = { 2: 'two', 3: 'three', 4: 'four', 5: 'five', 6: 'six' };
