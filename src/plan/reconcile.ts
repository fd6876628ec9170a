import type { Project } from '../project/model/project.ts';
import { decide } from './decide/decide.ts';
import type { ReconcileOptions } from './decide/decisions.ts';
import type { Observed } from './observed.ts';
import type { Plan } from './plan.ts';
import { createContainers, createVolumes, renameContainers } from './reconcile/create.ts';
import {
  connectContainers,
  createNetworks,
  disconnectContainers,
  recreateNetworks,
  removeNetworks,
} from './reconcile/networks.ts';
import { removeContainers } from './reconcile/remove.ts';
import { keepContainers, startContainers } from './reconcile/start.ts';
import { stopContainers } from './reconcile/stop.ts';
import { begin } from './reconcile/work.ts';

/**
 * The operations that bring a project to the state of its files: new networks and containers; stops, dependants first;
 * recreated networks, between the disconnection and connection of the containers that run on; renames of new containers;
 * starts, dependants last. Replaced containers are removed at the end, so that a failure can put them back. Operations
 * without an order between them may run at once. Pure.
 */
export const reconcile = (project: Project, observed: Observed, options: ReconcileOptions = {}): Plan => {
  const work = begin(observed, options, decide(project, observed, options));
  keepContainers(work);
  createNetworks(work);
  createVolumes(work);
  createContainers(work);
  stopContainers(work);
  disconnectContainers(work);
  recreateNetworks(work);
  connectContainers(work);
  renameContainers(work);
  startContainers(work);
  removeContainers(work);
  removeNetworks(work);
  return work.plan.finish(work.decisions.diagnostics);
};
