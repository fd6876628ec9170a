import { down, kill, pause, restart, start, stop, unpause } from '../../../api/calls/change.ts';
import { settle, watchProject } from '../../../api/calls/project.ts';
import { run } from '../../../api/calls/run.ts';
import { up } from '../../../api/calls/up.ts';
import { Problem } from '../../../base/diagnostic.ts';
import { requireSignal } from '../../../base/signal.ts';
import type { Project } from '../../../project/model/project.ts';
import { changeProject } from '../../operations/change.ts';
import { prepareRun } from '../../operations/one-off.ts';
import { eventsAtOnce, eventsOf } from '../../operations/tell.ts';
import { up as upProject } from '../../operations/up.ts';
import { sendEvents } from '../events.ts';
import { type Route, route } from '../route.ts';

export const PROJECT_ROUTES: readonly Route[] = [
  route(watchProject, (context, _received, reply) =>
    sendEvents(context, reply.upgrade('application/x-ndjson')),
  ),
  route(settle, ({ work }, _received, reply) => eventsOf(work, reply, async () => 0)),
  route(up, (context, { body }, reply) => {
    requireServices(body.services, body.project);
    return eventsOf(context.work, reply, (tell) => upProject(context, body, tell));
  }),
  route(run, (context, { body }, reply) => {
    requireServices([body.service], body.project);
    return eventsOf(context.work, reply, (tell) => prepareRun(context, body, tell));
  }),
  route(down, (context, { body }, reply) =>
    eventsOf(context.work, reply, (tell) => changeProject(context, 'down', body, tell)),
  ),
  route(stop, (context, { body }, reply) =>
    eventsOf(context.work, reply, (tell) => changeProject(context, 'stop', body, tell)),
  ),
  route(start, (context, { body }, reply) =>
    eventsOf(context.work, reply, (tell) => changeProject(context, 'start', body, tell)),
  ),
  route(restart, (context, { body }, reply) =>
    eventsOf(context.work, reply, (tell) => changeProject(context, 'restart', body, tell)),
  ),
  route(pause, (context, { body }, reply) =>
    eventsOf(context.work, reply, (tell) => changeProject(context, 'pause', body, tell)),
  ),
  route(unpause, (context, { body }, reply) =>
    eventsOf(context.work, reply, (tell) => changeProject(context, 'unpause', body, tell)),
  ),
  // Not queued: pending stops are to end now.
  route(kill, (context, { body }, reply) => {
    requireSignal(body.signal ?? 'SIGKILL');
    return eventsAtOnce(context.work, reply, (tell) => changeProject(context, 'kill', body, tell));
  }),
];

const requireServices = (names: readonly string[], { services }: Project): void => {
  const unknown = names.find((name) => !Object.hasOwn(services, name));
  if (unknown === undefined) return;
  throw new Problem({ severity: 'error', code: 'unknown-service', message: `no such service: ${unknown}` });
};
