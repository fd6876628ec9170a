import { mkdirSync, openSync } from 'node:fs';
import type { Event } from '../../api/events.ts';
import { openStage } from '../../kernel/direct/open-stage.ts';
import { Readiness } from '../../kernel/ffi/readiness.ts';
import { ExecRegistry } from '../containers/exec-registry.ts';
import { hostFacts } from '../containers/gather-facts.ts';
import { planHostRoot } from '../containers/host-root.ts';
import { openHostsFiles } from '../containers/hosts-files.ts';
import { overlayProblem } from '../containers/overlay-probe.ts';
import { openRunners } from '../containers/runners.ts';
import { openRoute } from '../networks/rtnetlink.ts';
import { openTrash } from '../trash/trash.ts';
import type { Context } from './context.ts';
import { writeJson } from './json-file.ts';
import type { ProjectPaths } from './project-paths.ts';
import type { ProjectRecord } from './record/project-record.ts';
import { readRecord } from './record/read.ts';
import { openWork } from './work.ts';

/** Everything that the supervisor holds while it lives: descriptors, facts, the record. */
export const openContext = (
  project: string,
  paths: ProjectPaths,
  nofile: { readonly soft: number; readonly hard: number },
): Context => {
  for (const path of [paths.mountPoint, paths.containers, paths.layers])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  const record = readRecord(paths.record) ?? emptyRecord(project);
  const route = openRoute();
  const readiness = new Readiness();
  const stage = openStage();
  const work = openWork();
  const running: Context['running'] = new Map();
  let pending: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(pending);
    pending = undefined;
    writeJson(paths.record, record);
  };
  const listeners = new Set<(event: Event) => void>();
  return {
    paths,
    record,
    host: hostFacts(nofile),
    hostRoot: planHostRoot(paths.hostRoot),
    readiness,
    work,
    trash: openTrash(paths.trash, work),
    runners: openRunners(process.argv[1] as string, stage, readiness),
    layersInMemory: overlayProblem(paths.layers) !== undefined,
    route,
    bridges: new Map(),
    values: {
      '$host.pid': openSync('/proc/self/ns/pid', 'r'),
      '$host.null': openSync('/dev/null', 'r+'),
      '$host.init': stage,
    },
    running,
    hosts: openHostsFiles(record, running, (name) => `${paths.container(name).run}/hosts`),
    execs: new ExecRegistry(),
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    save,
    saveSoon: () => {
      pending ??= setTimeout(save, SOON);
    },
  };
};

/** Milliseconds: the ends of many containers are written down together, for each writing takes all of the record. */
const SOON = 20;

const emptyRecord = (name: string): ProjectRecord => ({
  version: 1,
  name,
  workingDir: '',
  files: [],
  networks: {},
  containers: {},
});
