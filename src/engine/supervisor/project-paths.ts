import { join } from 'node:path';

/** The paths of a project; it has no files elsewhere. */
export type ProjectPaths = {
  /** Socket, FIFOs, small files: removed by a reboot. */
  readonly run: string;
  /** Persistent files: definitions, logs, layers. */
  readonly state: string;
  readonly socket: string;
  readonly lock: string;
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
  readonly layers: string;
  /** Removed layers and logs during their deletion, on the file system of the layers. */
  readonly trash: string;
  readonly logs: string;
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
    run,
    state,
    socket: join(run, 'supervisor.sock'),
    lock: join(run, 'lock'),
    record: join(state, 'project.json'),
    previousRecord: join(state, 'project.json.1'),
    complaints: join(state, 'supervisor.log'),
    notices: join(state, 'notices'),
    grants: join(run, 'grants'),
    mountPoint: join(run, 'root'),
    hostRoot: join(run, 'host'),
    containers: join(run, 'containers'),
    layers: join(state, 'layers'),
    trash: join(state, 'trash'),
    logs: join(state, 'logs'),
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
