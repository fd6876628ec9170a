import { stat } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { up } from '../../api/calls/up.ts';
import { compile } from '../../container/compile.ts';
import { reconcile } from '../../plan/reconcile.ts';
import { plainService } from '../../project/model/plain-service.ts';
import type { Project } from '../../project/model/project.ts';
import { checkBody } from '../control/check-body.ts';
import { previewOf } from '../facts/preview.ts';
import { DEFAULT_RUNNER } from '../facts/runners.ts';
import { hostBlocks } from '../networks/bridges.ts';
import { rulesetMessages, tableOf } from '../networks/filter/ruleset.ts';
import type { Equipment } from './open-context.ts';

/**
 * Does once what the first start will do, as far as that changes nothing on the machine: V8 knows the code then, and the
 * start itself is sooner. For a supervisor that waits for its caller anyway; it looks for the caller between the acts.
 */
export const rehearse = async (equipment: Equipment, isOver: () => boolean): Promise<void> => {
  for (const act of acts(equipment)) {
    await turn();
    if (isOver()) return;
    try {
      await act();
    } catch {
      // A fault here is a fault of the start too, which says it.
    }
  }
};

const acts = ({ runners, route }: Equipment): readonly (() => unknown)[] => [
  () => checkBody(up, { project: PROJECT, services: [], strict: false }),
  () => runners.choose(DEFAULT_RUNNER),
  () => reconcile(PROJECT, { networks: [], containers: [], volumes: [] }),
  () => compile(previewOf(PROJECT, '/').describe(SERVICE)),
  () => hostBlocks({ route }),
  () =>
    rulesetMessages(tableOf(PROJECT.name), { networks: [NETWORK], mappings: [], opened: { 4: [], 6: [] } }),
  // Node starts its threads for the first call that takes one, and loads this when a server listens.
  () => stat('/'),
  () => process.getBuiltinModule('node:cluster'),
];

const SERVICE = {
  ...plainService,
  name: 'rehearsal',
  rootfs: { kind: 'directory', path: '/' },
  command: ['/bin/true'],
  networks: { default: { aliases: [] } },
} as const;

const NETWORK = {
  ...{ key: 'default', bridge: 'rehearsal', blocks: ['172.30.0.0/20'] },
  ...{ internal: false, masquerade: true, icc: true },
};

const PROJECT: Project = {
  name: 'rehearsal',
  workingDir: '/',
  files: [],
  inactive: [],
  services: { rehearsal: SERVICE },
  networks: { default: { key: 'default', name: 'rehearsal_default' } },
  volumes: {},
};
