import { type ChangeRequest, changes, kill, type Verb } from '../../../api/calls/change.ts';
import { cancel, settle, watchProject } from '../../../api/calls/project.ts';
import { run } from '../../../api/calls/run.ts';
import { up } from '../../../api/calls/up.ts';
import { Problem } from '../../../base/diagnostic.ts';
import { requireSignal } from '../../../base/signal.ts';
import { chosenServices } from '../../../project/model/chosen-services.ts';
import type { Project } from '../../../project/model/project.ts';
import { whileMounted } from '../../images/while-mounted.ts';
import { changeProject } from '../../operations/change.ts';
import { prepareRun } from '../../operations/one-off.ts';
import { eventsAtOnce, eventsOf } from '../../operations/tell.ts';
import { up as upProject } from '../../operations/up.ts';
import { sendEvents } from '../events.ts';
import { answers, type Route, route } from '../route.ts';

/** A call that ends containers cancels those that start them. */
const EFFECTS = {
  down: 'ends',
  stop: 'ends',
  start: 'starts',
  restart: 'starts',
  pause: 'neither',
  unpause: 'neither',
  remove: 'neither',
} as const satisfies Record<Exclude<Verb, 'kill'>, 'ends' | 'starts' | 'neither'>;

export const PROJECT_ROUTES: readonly Route[] = [
  route(watchProject, ({ events }, { query: { after } }, reply) =>
    sendEvents(events, reply.upgrade('application/x-ndjson'), after),
  ),
  answers(cancel, ({ calls }, { params }) => calls.cancel(params.id)),
  route(settle, (context, _received, reply) => eventsOf(context, reply, {}, async () => 0)),
  route(up, (context, { query, body }, reply) => {
    requireServices(body.services, body.project);
    const begun = { id: query.call, starts: chosenServices(body) };
    return eventsOf(context, reply, begun, (tell, signal) =>
      whileMounted(context.images, body.project, () => upProject(context, body, tell, signal)),
    );
  }),
  route(run, (context, { query, body }, reply) => {
    requireServices([body.service], body.project);
    const begun = { id: query.call, starts: chosenServices({ ...body, services: [body.service] }) };
    return eventsOf(context, reply, begun, (tell, signal) =>
      whileMounted(context.images, body.project, () => prepareRun(context, body, tell, signal)),
    );
  }),
  ...(Object.keys(EFFECTS) as (keyof typeof EFFECTS)[]).map(changeRoute),
  // Not queued: pending stops are to end now.
  route(kill, (context, { body }, reply) => {
    requireSignal(body.signal ?? 'SIGKILL');
    return eventsAtOnce(context, reply, (tell, signal) => changeProject(context, 'kill', body, tell, signal));
  }),
];

function changeRoute(verb: keyof typeof EFFECTS): Route {
  return route(changes[verb], (context, { query, body }, reply) => {
    const services = subjectsOf(body);
    if (EFFECTS[verb] === 'ends' && !body.dryRun) context.calls.takeOver(verb, services);
    const begun = { id: query.call, starts: EFFECTS[verb] === 'starts' ? services : undefined };
    return eventsOf(context, reply, begun, (tell, signal) =>
      changeProject(context, verb, body, tell, signal),
    );
  });
}

/** The services whose containers a call changes; empty for all. */
const subjectsOf = ({ services, known = [], removeOrphans = false }: ChangeRequest): readonly string[] =>
  services.length > 0 || removeOrphans ? services : known;

const requireServices = (names: readonly string[], { services }: Project): void => {
  const unknown = names.find((name) => !Object.hasOwn(services, name));
  if (unknown === undefined) return;
  throw new Problem({ severity: 'error', code: 'unknown-service', message: `no such service: ${unknown}` });
};
