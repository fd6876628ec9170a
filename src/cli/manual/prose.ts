/** Texts of the manual page besides the table of options. */
export const description =
  '`tscompose` reads a Compose file, checks it, and starts every service in namespaces and a cgroup of its own by ' +
  'making the system calls itself. There is no container engine and no daemon. `tscompose explain` shows every call.';

export const files: readonly (readonly [path: string, what: string])[] = [
  [
    'compose.yaml',
    'The Compose file without `--file`, from the current directory or the nearest parent directory; also ' +
      '`compose.yml`, `docker-compose.yml` and `docker-compose.yaml`. `compose.override.yaml` is merged over it.',
  ],
  ['.env', 'Variables for interpolation; the environment takes precedence.'],
  ['/run/tscompose', 'Sockets of running projects; for other users than root below `XDG_RUNTIME_DIR`.'],
  [
    '/var/lib/tscompose',
    'State, logs and layers of containers; for other users than root below `XDG_STATE_HOME`.',
  ],
  ['/var/lib/tscompose/.volumes', 'Volumes of all projects: `volume ls` lists them.'],
  ['/var/cache/tscompose', 'Code that V8 has compiled; for other users than root below `XDG_CACHE_HOME`.'],
];

/** Variables of the environment besides those of options. */
export const furtherVariables: readonly (readonly [name: string, what: string])[] = [
  ['COMPOSE_DISABLE_ENV_FILE', 'Set to `1` to ignore `.env`.'],
  ['COMPOSE_PATH_SEPARATOR', 'Separator of the names in `COMPOSE_FILE`. The default is a colon.'],
  ['NODE_DISABLE_COMPILE_CACHE', 'Set to `1` to disable the cache of compiled code.'],
  [
    'TSCOMPOSE_CDI_DIRS',
    'Directories of device specifications, separated by colons, instead of `/etc/cdi` and `/var/run/cdi`.',
  ],
  ['TSCOMPOSE_RUN_DIR', 'Directory to use instead of `/run/tscompose`.'],
  ['TSCOMPOSE_STATE_DIR', 'Directory to use instead of `/var/lib/tscompose`.'],
];
