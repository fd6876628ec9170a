import type { ExecRequest, ProjectRequest, RunRequest, UpRequest } from '../../api/bodies.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { requireSignal } from '../../base/signal.ts';
import { version } from '../../base/version.ts';
import { requireRunning } from '../containers/exec.ts';
import type { Exec } from '../containers/exec-registry.ts';
import { findContainer } from '../containers/find-container.ts';
import { signalContainer, stopContainer } from '../containers/lifecycle.ts';
import { inspect, summaries } from '../containers/summary.ts';
import { changeProject } from '../operations/change.ts';
import { prepareRun, startRun } from '../operations/one-off.ts';
import { eventsAtOnce, eventsOf } from '../operations/tell.ts';
import { up } from '../operations/up.ts';
import type { Context } from '../supervisor/context.ts';
import { startExec } from './exec.ts';
import { attachTo, sendLogs } from './output.ts';
import type { Reply, Request } from './reply.ts';

type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly pattern: RegExp;
  readonly handle: (context: Context, request: Request, reply: Reply) => Promise<void> | void;
};

const route = (method: Route['method'], path: string, handle: Route['handle']): Route => ({
  method,
  pattern: new RegExp(`^${path.replaceAll('{id}', '([^/]+)')}$`),
  handle,
});

/** Every call of the control API. Those outside of `/project` are Docker's, as far as they go. */
export const ROUTES: readonly Route[] = [
  route('GET', '/_ping', (_context, _request, reply) => reply.json('OK')),
  route('GET', '/version', (_context, _request, reply) =>
    reply.json({ Version: version, ApiVersion: '1.43', Os: 'linux', Arch: process.arch }),
  ),
  route('GET', '/containers/json', (context, { query }, reply) =>
    reply.json(summaries(context, isTrue(query, 'all'))),
  ),
  route('GET', '/containers/{id}/json', (context, request, reply) =>
    reply.json(inspect(context, container(context, request))),
  ),
  route('GET', '/containers/{id}/logs', (context, request, reply) =>
    sendLogs(context, container(context, request), request.query, reply),
  ),
  route('POST', '/containers/{id}/attach', (context, request, reply) =>
    attachTo(context, container(context, request), reply),
  ),
  route('POST', '/containers/{id}/start', async (context, request, reply) => {
    await context.work.busyWhile(() => startRun(context, container(context, request)));
    reply.json(undefined, 204);
  }),
  route('POST', '/containers/{id}/stop', async (context, request, reply) => {
    const seconds = request.query.get('t');
    await stopContainer(
      context,
      container(context, request),
      seconds === null ? undefined : Number(seconds) * 1000,
    );
    reply.json(undefined, 204);
  }),
  route('POST', '/containers/{id}/kill', (context, request, reply) => {
    const { name } = container(context, request);
    if (!signalContainer(context, name, request.query.get('signal') ?? 'SIGKILL'))
      throw new Problem(notRunning(`container ${name}`));
    reply.json(undefined, 204);
  }),
  route('POST', '/containers/{id}/resize', (context, request, reply) => {
    context.running
      .get(container(context, request).name)
      ?.terminal?.resize(size(request, 'w'), size(request, 'h'));
    reply.json(undefined);
  }),
  route('POST', '/containers/{id}/wait', async (context, request, reply) => {
    const { name } = container(context, request);
    const isOver = !context.running.has(name) && request.query.get('condition') !== 'next-exit';
    reply.json({ StatusCode: isOver ? container(context, request).exitCode : await nextExit(context, name) });
  }),
  route('POST', '/containers/{id}/exec', (context, request, reply) => {
    const found = container(context, request);
    requireRunning(context, found);
    reply.json({ Id: context.execs.add(found, request.body as ExecRequest).id }, 201);
  }),
  route('POST', '/exec/{id}/start', (context, request, reply) =>
    startExec(context, exec(context, request), reply),
  ),
  route('POST', '/exec/{id}/resize', (context, request, reply) => {
    exec(context, request).resize(size(request, 'w'), size(request, 'h'));
    reply.json(undefined);
  }),
  route('POST', '/exec/{id}/kill', (context, request, reply) => {
    const found = exec(context, request);
    const { number } = requireSignal(request.query.get('signal') ?? 'SIGTERM');
    if (!found.signal(number)) throw new Problem(notRunning(`exec ${found.id}`));
    reply.json(undefined, 204);
  }),
  route('POST', '/exec/{id}/wait', async (context, request, reply) =>
    reply.json({ StatusCode: await exec(context, request).ended }),
  ),
  route('GET', '/exec/{id}/json', (context, request, reply) => reply.json(exec(context, request).inspect())),

  route('POST', '/project/events', (context, _request, reply) => {
    const stream = reply.upgrade('application/x-ndjson');
    const stop = context.onEvent((event) => stream.write(`${JSON.stringify(event)}\n`));
    // A caller that ends says no more than that: the other direction is for us to close.
    stream.resume().once('end', () => stream.end());
    stream.once('close', stop);
  }),
  route('POST', '/project/up', (context, { body }, reply) =>
    eventsOf(context.work, reply, (tell) => up(context, body as UpRequest, tell)),
  ),
  route('POST', '/project/run', (context, { body }, reply) =>
    eventsOf(context.work, reply, (tell) => prepareRun(context, body as RunRequest, tell)),
  ),
  ...(['down', 'stop', 'start', 'restart'] as const).map((verb) =>
    route('POST', `/project/${verb}`, (context, { body }, reply) =>
      eventsOf(context.work, reply, (tell) => changeProject(context, verb, body as ProjectRequest, tell)),
    ),
  ),
  route('POST', '/project/settle', (context, _request, reply) =>
    eventsOf(context.work, reply, async () => 0),
  ),
  route('POST', '/project/kill', (context, { body }, reply) =>
    eventsAtOnce(context.work, reply, (tell) => changeProject(context, 'kill', body as ProjectRequest, tell)),
  ),
];

const container = (context: Context, { params }: Request) => findContainer(context, params[0]!);

const exec = ({ execs }: Context, { params }: Request): Exec => execs.find(params[0]!);

const notRunning = (what: string): Diagnostic => ({
  severity: 'error',
  code: 'not-running',
  message: `${what} is not running`,
});

const isTrue = (query: URLSearchParams, name: string): boolean =>
  ['1', 'true'].includes(query.get(name) ?? '');

const size = ({ query }: Request, name: string): number => Number(query.get(name) ?? 0);

const nextExit = (context: Context, name: string): Promise<number> =>
  new Promise((resolve) => {
    const stop = context.onEvent((event) => {
      if (!('container' in event) || event.container !== name) return;
      if (event.type !== 'container.exited' && event.type !== 'container.failed') return;
      stop();
      resolve(event.type === 'container.exited' ? event.exitCode : 125);
    });
  });
