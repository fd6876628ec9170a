import { setImmediate as turn } from 'node:timers/promises';
import { up } from '../../api/calls/up.ts';
import { compile } from '../../container/compile.ts';
import { reconcile } from '../../plan/reconcile.ts';
import { plainService } from '../../project/model/plain-service.ts';
import type { Project } from '../../project/model/project.ts';
import { checkBody } from '../control/check-body.ts';
import { previewOf } from '../facts/preview.ts';
import { DEFAULT_RUNNER, type Runners } from '../facts/runners.ts';

/**
 * Does once what the first start will do, as far as that changes nothing on the machine: V8 knows the code then, and the
 * start itself is sooner. For a supervisor that waits for its caller anyway; it looks for the caller between the acts.
 */
export const rehearse = async (runners: Runners, isOver: () => boolean): Promise<void> => {
  for (const act of acts(runners)) {
    await turn();
    if (isOver()) return;
    try {
      await act();
    } catch {
      // A fault here is a fault of the start too, which says it.
    }
  }
};

const acts = (runners: Runners): readonly (() => unknown)[] => [
  () => checkBody(up, { project: PROJECT, services: [], strict: false }),
  () => runners.choose(DEFAULT_RUNNER),
  () => reconcile(PROJECT, { networks: [], containers: [], volumes: [] }),
  () => compile(previewOf(PROJECT, '/')(SERVICE)),
];

const SERVICE = {
  ...plainService,
  name: 'rehearsal',
  rootfs: { kind: 'directory', path: '/' },
  command: ['/bin/true'],
  networks: { default: { aliases: [] } },
} as const;

const PROJECT: Project = {
  name: 'rehearsal',
  workingDir: '/',
  files: [],
  inactive: [],
  services: { rehearsal: SERVICE },
  networks: { default: { key: 'default', name: 'rehearsal_default' } },
  volumes: {},
};
