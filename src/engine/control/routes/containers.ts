import {
  inspectContainer,
  killContainer,
  listContainers,
  pauseContainer,
  resizeContainer,
  startContainer,
  stopContainer,
  topContainer,
  unpauseContainer,
  waitContainer,
} from '../../../api/calls/containers.ts';
import { attachContainer, readLogs } from '../../../api/calls/output.ts';
import { Problem } from '../../../base/diagnostic.ts';
import { isRestarting } from '../../../base/status.ts';
import { findContainer, noContainer } from '../../containers/find-container.ts';
import { pauseContainer as pause, unpauseContainer as unpause } from '../../containers/pause.ts';
import { processesOf } from '../../containers/processes.ts';
import { killContainer as kill, stopContainer as stop } from '../../containers/stop-container.ts';
import { inspect, summaries } from '../../containers/summary.ts';
import type { Context } from '../../context/context.ts';
import { startRun } from '../../operations/one-off.ts';
import { refuseRestarting } from '../../restart/refuse-restarting.ts';
import { attachTo } from '../attach.ts';
import { sendLogs } from '../logs.ts';
import { answers, type Route, route } from '../route.ts';

export const CONTAINER_ROUTES: readonly Route[] = [
  answers(listContainers, (context, { query: { all = false } }) => summaries(context, all)),
  answers(inspectContainer, (context, { params }) => inspect(context, findContainer(context, params.id))),
  answers(startContainer, async (context, { params }) => {
    await context.work.busyWhile(() => startRun(context, findContainer(context, params.id)));
  }),
  answers(stopContainer, async (context, { params, query: { t } }) => {
    await stop(context, findContainer(context, params.id), t);
  }),
  answers(killContainer, async (context, { params, query: { signal = 'SIGKILL' } }) => {
    const { name } = findContainer(context, params.id);
    if (!(await kill(context, name, signal))) throw notRunning(name);
  }),
  answers(pauseContainer, (context, { params }) =>
    context.work.busyWhile(() => pause(context, findContainer(context, params.id).name)),
  ),
  answers(unpauseContainer, (context, { params }) =>
    unpause(context, findContainer(context, params.id).name),
  ),
  answers(resizeContainer, (context, { params, query: { w = 0, h = 0 } }) => {
    context.running.get(findContainer(context, params.id).name)?.terminal?.resize(w, h);
  }),
  answers(topContainer, (context, { params }) => {
    const container = findContainer(context, params.id);
    refuseRestarting(context, container.name);
    if (!context.running.has(container.name)) throw notRunning(container.name);
    return processesOf(context, container);
  }),
  answers(waitContainer, async (context, { params, query: { condition } }) => {
    const { name, exitCode, state } = findContainer(context, params.id);
    const isOver = !context.running.has(name) && !isRestarting(state) && condition !== 'next-exit';
    return { StatusCode: isOver ? exitCode : await nextExit(context, name) };
  }),
  route(readLogs, (context, { params, query }, reply) =>
    sendLogs(context, findContainer(context, params.id), query, reply),
  ),
  route(attachContainer, (context, { params }, reply) =>
    attachTo(context, findContainer(context, params.id), reply),
  ),
];

const notRunning = (name: string): Problem =>
  new Problem({ severity: 'error', code: 'not-running', message: `container ${name} is not running` });

/** Rejects with a Problem if the container is removed before its exit. */
const nextExit = (context: Context, name: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const stop = context.onEvent((event) => {
      if (!('container' in event) || event.container !== name) return;
      switch (event.type) {
        case 'container.exited':
          resolve(event.exitCode);
          break;
        case 'container.failed':
          resolve(125);
          break;
        case 'container.removed':
          reject(noContainer(name));
          break;
        default:
          return;
      }
      stop();
    });
  });
