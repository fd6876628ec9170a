import { join } from 'node:path';

/** The paths of a project; it has no files elsewhere. */
export type ProjectPaths = {
  /** Its name. */
  readonly project: string;
  /** Socket, FIFOs, small files: removed by a reboot. */
  readonly run: string;
  /** Persistent files: definitions, logs, layers. */
  readonly state: string;
  readonly socket: string;
  /** The name of the socket until it listens; not longer, because the kernel limits the length. */
  readonly newSocket: string;
  readonly lock: string;
  /** The PID of the supervisor's guardian. */
  readonly guardian: string;
  /** Where the guardian's program can be for a moment. */
  readonly guardianProgram: string;
  /** How processes ended that the guardian has reaped. */
  readonly exits: string;
  /** The id of the boot that the directory is of. */
  readonly boot: string;
  /** Socket and program of the relay of published ports. */
  readonly relay: { readonly socket: string; readonly program: string };
  readonly record: string;
  /** The previous copy of the record. */
  readonly previousRecord: string;
  /** The supervisor's own log. */
  readonly complaints: string;
  /** Diagnostics for the next command. */
  readonly notices: string;
  /** Contents of configs and secrets, on a file system in memory of their own. */
  readonly grants: string;
  /** An empty directory: every container mounts its root there, in its own mount namespace. */
  readonly mountPoint: string;
  readonly hostRoot: string;
  /** Directories with an entry for each container. */
  readonly containers: string;
  /** Interfaces that were opened for packets of networks, by the projects of this machine. */
  readonly opened: string;
  readonly layers: string;
  /** Removed layers and logs during their deletion, on the file system of the layers. */
  readonly trash: string;
  readonly logs: string;
  /** Logs of containers whose output is not to be kept. */
  readonly unkept: string;
  readonly container: (name: string) => ContainerPaths;
};

export type ContainerPaths = {
  readonly run: string;
  readonly layer: string;
  readonly log: string;
  /** PID and start time of the running process. */
  readonly life: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

export const projectPaths = (project: string, environment: Environment = process.env): ProjectPaths => {
  const run = join(runDirectory(environment), project);
  const state = join(stateDirectory(environment), project);
  return {
    project,
    run,
    state,
    socket: join(run, 'supervisor.sock'),
    newSocket: join(run, 'supervisor.new'),
    lock: join(run, 'lock'),
    guardian: join(run, 'guardian'),
    guardianProgram: join(state, 'guardian'),
    exits: join(run, 'exits'),
    boot: join(run, 'boot'),
    relay: { socket: join(run, 'relay.sock'), program: join(state, 'relay') },
    record: join(state, 'project.json'),
    previousRecord: join(state, 'project.json.1'),
    complaints: join(state, 'supervisor.log'),
    notices: join(state, 'notices'),
    grants: join(run, 'grants'),
    mountPoint: join(run, 'root'),
    hostRoot: join(run, 'host'),
    containers: join(run, 'containers'),
    opened: join(run, '../.opened'),
    layers: join(state, 'layers'),
    trash: join(state, 'trash'),
    logs: join(state, 'logs'),
    unkept: join(run, 'unkept'),
    // Called very often; no name has a dot or a slash, so join() is not needed.
    container: (name) => ({
      run: `${run}/containers/${name}`,
      layer: `${state}/layers/${name}`,
      log: `${state}/logs/${name}`,
      life: `${run}/containers/${name}/life.json`,
    }),
  };
};

export const runDirectory = (environment: Environment = process.env): string =>
  environment.TSCOMPOSE_RUN_DIR ??
  (isRoot() ? '/run/tscompose' : join(environment.XDG_RUNTIME_DIR ?? '/tmp', 'tscompose'));

export const stateDirectory = (environment: Environment = process.env): string =>
  environment.TSCOMPOSE_STATE_DIR ??
  (isRoot()
    ? '/var/lib/tscompose'
    : join(environment.XDG_STATE_HOME ?? join(environment.HOME ?? '/', '.local/state'), 'tscompose'));

const isRoot = (): boolean => process.geteuid?.() === 0;
