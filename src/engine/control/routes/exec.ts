import {
  createExec,
  inspectExec,
  killExec,
  resizeExec,
  startExec,
  waitExec,
} from '../../../api/calls/exec.ts';
import { Problem } from '../../../base/diagnostic.ts';
import { requireSignal } from '../../../base/signal.ts';
import { findContainer } from '../../containers/find-container.ts';
import { requireRunning, startInside } from '../../exec/exec.ts';
import { answers, type Route, route } from '../route.ts';

export const EXEC_ROUTES: readonly Route[] = [
  answers(createExec, (context, { params, body }) => {
    const container = findContainer(context, params.id);
    requireRunning(context, container);
    return { Id: context.execs.add(container, body).id };
  }),
  route(startExec, async (context, { params, body: { Detach = false } }, reply) => {
    const exec = context.execs.find(params.id);
    const { container, request } = exec;
    if (!Detach) reply.requireUpgrade();
    await exec.start(
      () => startInside(context, container, request, Detach ? 'null' : 'of caller'),
      ({ connect }) =>
        connect(Detach ? undefined : () => reply.upgrade('application/vnd.docker.multiplexed-stream')),
    );
    if (Detach) reply.json(undefined);
  }),
  answers(resizeExec, ({ execs }, { params, query: { w = 0, h = 0 } }) => {
    execs.find(params.id).resize(w, h);
  }),
  answers(killExec, ({ execs }, { params, query: { signal = 'SIGTERM' } }) => {
    if (execs.find(params.id).signal(requireSignal(signal).number)) return;
    throw new Problem({
      severity: 'error',
      code: 'not-running',
      message: `exec ${params.id} is not running`,
    });
  }),
  answers(waitExec, async ({ execs }, { params }) => ({ StatusCode: await execs.find(params.id).ended })),
  answers(inspectExec, ({ execs }, { params }) => execs.find(params.id).inspect()),
];
