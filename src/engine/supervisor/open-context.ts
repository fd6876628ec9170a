import { openSync } from 'node:fs';
import { openStage } from '../../kernel/direct/open-stage.ts';
import { Readiness } from '../../kernel/ffi/readiness.ts';
import { SharedDescriptors } from '../../kernel/launch/shared.ts';
import { makeDirectories } from '../../kernel/make-directories.ts';
import { startAgain } from '../containers/start-again.ts';
import { openCalls } from '../context/calls.ts';
import { complain } from '../context/complain.ts';
import type { Context } from '../context/context.ts';
import { openEvents } from '../context/events.ts';
import { leaveNotice } from '../context/notices.ts';
import { openWork } from '../context/work.ts';
import { makePrivate } from '../directories/private-directory.ts';
import { type ProjectPaths, runDirectory } from '../directories/project-paths.ts';
import { ExecRegistry } from '../exec/exec-registry.ts';
import { openAccounts } from '../facts/accounts.ts';
import { machineFacts } from '../facts/gather-facts.ts';
import { planHostRoot } from '../facts/host-root.ts';
import { clearLater, overlayProblem } from '../facts/overlay-probe.ts';
import { openRunners, type Runners } from '../facts/runners.ts';
import { openGrantStore } from '../grants/store.ts';
import { openImageMounts } from '../images/image-mounts.ts';
import type { Parking } from '../logs/parking.ts';
import { openLogReaders } from '../logs/readers.ts';
import { openNames } from '../names/names.ts';
import { openContainer } from '../namespaces/namespace-holders.ts';
import { openFilter } from '../networks/filter/filter.ts';
import { sharedAddresses } from '../networks/machine/shared-addresses.ts';
import { openRoute, type Route } from '../networks/rtnetlink.ts';
import { openPublishedPorts } from '../ports/published-ports.ts';
import { openRelay } from '../ports/relay/relay.ts';
import { readLife } from '../record/life.ts';
import { openRestarts } from '../restart/restarts.ts';
import { openTrash } from '../trash/trash.ts';
import { volumeStore } from '../volumes/store.ts';
import { openVolumes } from '../volumes/volumes-in-use.ts';
import { markBoot } from './boot.ts';
import type { Wish } from './caller.ts';
import { openRecord } from './open-record.ts';

/** The equipment of every supervisor: what it opens and finds out without knowing its project. */
export type Equipment = {
  readonly readiness: Readiness;
  readonly stage: number;
  readonly runners: Runners;
  readonly machine: ReturnType<typeof machineFacts>;
  readonly route: Route;
};

export const openEquipment = (): Equipment => {
  const readiness = new Readiness();
  const stage = openStage();
  return {
    readiness,
    stage,
    runners: openRunners(process.argv[1] as string, stage, readiness),
    machine: machineFacts(),
    route: openRoute(),
  };
};

/** Opens the supervisor's state: descriptors, facts, the record. */
export const openContext = (
  { project, nofile }: Wish,
  paths: ProjectPaths,
  { readiness, stage, runners, machine, route }: Equipment,
  parking: Parking,
): Context => {
  for (const path of [paths.mountPoint, paths.containers]) makeDirectories(path);
  makePrivate(paths.layers);
  const isContinued = markBoot(paths);
  const host = { ...machine, nofile };
  const { record, ...state } = openRecord(project, paths, host.cgroups, route);
  const filter = openFilter({
    project,
    opened: paths.opened,
    route,
    readiness,
    notice: (diagnostic) => void state.notices.push(diagnostic),
    leave: (diagnostic) => leaveNotice(paths.notices, diagnostic),
  });
  const addresses = sharedAddresses(project);
  const work = openWork();
  const trash = openTrash(paths.trash, work);
  const relay = openRelay(paths.relay, readiness, complain);
  const hostRoot = planHostRoot(paths.hostRoot);
  const accounts = openAccounts(hostRoot);
  work.onQuiet(accounts.forget);
  const running: Context['running'] = new Map();
  const events = openEvents();
  const context: Context = {
    paths,
    record,
    ...state,
    isContinued,
    host,
    hostRoot,
    accounts,
    readiness,
    work,
    calls: openCalls(),
    trash,
    runners,
    layersInMemory: overlayProblem(paths.layers, clearLater(trash)) !== undefined,
    route,
    filter,
    addresses,
    bridges: new Map(),
    relay,
    ports: openPublishedPorts(record, filter, relay),
    heldCgroups: new Set(),
    values: {
      '$host.pid': openSync('/proc/self/ns/pid', 'r'),
      '$host.null': openSync('/dev/null', 'r+'),
      '$host.init': stage,
    },
    shared: new SharedDescriptors(),
    running,
    starting: new Set(),
    health: new Map(),
    names: openNames(record, readiness, (name) => openContainer(paths, name, running.get(name)?.pid), {
      addresses,
      runDirectory: runDirectory(),
      lifeOf: (name) => readLife(paths.container(name).life),
      hasEnded: (name) => running.get(name)?.hasEnded() ?? false,
    }),
    volumes: openVolumes(project, volumeStore()),
    images: openImageMounts(),
    grants: openGrantStore(paths.grants),
    logReaders: openLogReaders(),
    parking,
    execs: new ExecRegistry(),
    events,
    emit: events.emit,
    onEvent: events.listen,
    restarts: openRestarts(work, (name, signal) => startAgain(context, name, signal)),
  };
  return context;
};
