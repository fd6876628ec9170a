import { renameSync } from 'node:fs';
import type { CgroupLayout } from '../../kernel/cgroup.ts';
import type { Context } from '../context/context.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { networksLeft } from '../networks/bridges.ts';
import type { Route } from '../networks/rtnetlink.ts';
import { type Damage, fallbackDiagnostic } from '../record/damage.ts';
import { containersLeft, statesLeft } from '../record/left-behind.ts';
import { emptyRecord, type ProjectRecord } from '../record/project-record.ts';
import { readRecord } from '../record/read.ts';
import { openWriter, type RecordWriter } from '../record/write.ts';

type Opened = Pick<Context, 'record' | 'damage' | 'notices'> & RecordWriter;

/** The record of a project; if it cannot be used, the state that is found without it. */
export const openRecord = (
  project: string,
  paths: ProjectPaths,
  layout: CgroupLayout,
  route: Route,
): Opened => {
  const reading = readRecord(paths);
  if (reading.found === 'record') return opened(paths, reading.record, true);
  const left = containersLeft(project, paths, layout);
  const states = [...new Set([...left.map(({ name }) => name), ...statesLeft(paths)])];
  const empty = emptyRecord(project);
  if (reading.found === 'nothing' && states.length === 0) return opened(paths, empty, false);
  if (reading.found === 'previous') {
    const unknown = states.filter((name) => !(name in reading.record.containers));
    if (unknown.length === 0) return fallBack(project, paths, reading.record, reading.reason);
  }
  const containers = Object.fromEntries(left.map((container) => [container.name, container]));
  const found = { ...empty, networks: networksLeft(project, route), containers };
  const reason = 'reason' in reading ? reading.reason : 'is missing';
  return opened(paths, found, false, { reason, running: left.map(({ name }) => name) });
};

const opened = (paths: ProjectPaths, record: ProjectRecord, isOnDisk: boolean, damage?: Damage): Opened => ({
  record,
  damage,
  notices: [],
  ...openWriter(paths, record, { isOnDisk, isSuspended: damage !== undefined }),
});

const fallBack = (project: string, paths: ProjectPaths, record: ProjectRecord, reason: string): Opened => {
  if (reason !== 'is missing') renameSync(paths.record, `${paths.record}.damaged`);
  return {
    ...opened(paths, record, false),
    notices: [fallbackDiagnostic(project, paths, reason)],
  };
};
