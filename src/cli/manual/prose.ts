/** What the manual page says that is in no table of options. */
export const description =
  '`tscompose` reads a Compose file, checks it, and starts every service in namespaces and a cgroup of its own by ' +
  'making the system calls itself. There is no container engine and no daemon. `tscompose explain` shows every call.';

export const files: readonly (readonly [path: string, what: string])[] = [
  [
    'compose.yaml',
    'What is read without `--file`, here or in the nearest directory above; also `compose.yml`, ' +
      '`docker-compose.yml` and `docker-compose.yaml`. Over it comes `compose.override.yaml`.',
  ],
  ['.env', 'Variables for the file, where the environment does not have them.'],
  ['/run/tscompose', 'Sockets of running projects; without root below `XDG_RUNTIME_DIR`.'],
  [
    '/var/lib/tscompose',
    'State, logs, and what containers have written; without root below `XDG_STATE_HOME`.',
  ],
  ['/var/cache/tscompose', 'What V8 has compiled; without root below `XDG_CACHE_HOME`.'],
];

/** Variables of the environment besides those of options. */
export const furtherVariables: readonly (readonly [name: string, what: string])[] = [
  ['COMPOSE_DISABLE_ENV_FILE', 'With `1` no `.env` is read.'],
  ['COMPOSE_PATH_SEPARATOR', 'What stands between the names in `COMPOSE_FILE`. The default is a colon.'],
  ['NODE_DISABLE_COMPILE_CACHE', 'With `1` nothing is kept of what V8 has compiled.'],
  ['TSCOMPOSE_RUN_DIR', 'Directory in place of `/run/tscompose`.'],
  ['TSCOMPOSE_STATE_DIR', 'Directory in place of `/var/lib/tscompose`.'],
];
