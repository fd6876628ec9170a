import { mkdirSync, openSync } from 'node:fs';
import type { Event } from '../../api/events.ts';
import { openStage } from '../../kernel/direct/open-stage.ts';
import { Readiness } from '../../kernel/ffi/readiness.ts';
import { SharedDescriptors } from '../../kernel/shared.ts';
import { openEtcFile } from '../containers/etc-file-descriptor.ts';
import { ExecRegistry } from '../containers/exec/exec-registry.ts';
import { hostFacts } from '../containers/gather-facts.ts';
import { planHostRoot } from '../containers/host-root.ts';
import { openHostsFiles } from '../containers/hosts-files.ts';
import { overlayProblem } from '../containers/overlay-probe.ts';
import { openRunners } from '../containers/runners.ts';
import { openGrantStore } from '../grants/store.ts';
import { openImageMounts } from '../images/image-mounts.ts';
import { openRoute } from '../networks/rtnetlink.ts';
import { openTrash } from '../trash/trash.ts';
import { volumeStore } from '../volumes/store.ts';
import { openVolumes } from '../volumes/volumes-in-use.ts';
import { openCalls } from './calls.ts';
import type { Context } from './context.ts';
import { makePrivate } from './private-directory.ts';
import type { ProjectPaths } from './project-paths.ts';
import { openRecord } from './record/open-record.ts';
import { openWork } from './work.ts';

/** Opens the supervisor's state: descriptors, facts, the record. */
export const openContext = (
  project: string,
  paths: ProjectPaths,
  nofile: { readonly soft: number; readonly hard: number },
): Context => {
  for (const path of [paths.mountPoint, paths.containers]) mkdirSync(path, { recursive: true, mode: 0o700 });
  makePrivate(paths.layers);
  const host = hostFacts(nofile);
  const route = openRoute();
  const { record, ...state } = openRecord(project, paths, host.cgroups, route);
  const readiness = new Readiness();
  const stage = openStage();
  const work = openWork();
  const running: Context['running'] = new Map();
  const listeners = new Set<(event: Event) => void>();
  return {
    paths,
    record,
    ...state,
    host,
    hostRoot: planHostRoot(paths.hostRoot),
    readiness,
    work,
    calls: openCalls(),
    trash: openTrash(paths.trash, work),
    runners: openRunners(process.argv[1] as string, stage, readiness),
    layersInMemory: overlayProblem(paths.layers) !== undefined,
    route,
    bridges: new Map(),
    heldCgroups: new Set(),
    values: {
      '$host.pid': openSync('/proc/self/ns/pid', 'r'),
      '$host.null': openSync('/dev/null', 'r+'),
      '$host.init': stage,
    },
    shared: new SharedDescriptors(),
    running,
    starting: new Set(),
    hosts: openHostsFiles(record, running, (name, file) =>
      openEtcFile(paths.container(name), running.get(name)!.pid, file),
    ),
    volumes: openVolumes(project, volumeStore()),
    images: openImageMounts(),
    grants: openGrantStore(paths.grants),
    execs: new ExecRegistry(),
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
