/** The reason why a command or an option of Docker Compose is not here yet. */
export type Lack = keyof typeof lacks;

/** The second half of the sentence about a command or an option that is not here. */
export const lacks = {
  images: 'images are fetched and run here, not made',
  builds: 'images are not built here; build them elsewhere and bring them with `load`',
  unused: 'resources that no service uses are not created',
  copies: 'copy with `exec -T <service> tar`, or through a bind mount',
  attachment: 'read the output with `logs -f`, and open a shell with `exec`',
  renamed: 'it is `--project-directory` now',
} as const;

/** An option in the notation of our rows. */
export type DockerOption = {
  readonly flags: string;
  /** The option is accepted without effect, because the default here is what it asks for. */
  readonly quiet?: true;
  readonly lacks?: Lack;
};

export type DockerCommand = {
  readonly name: string;
  readonly options: readonly DockerOption[];
  readonly lacks?: Lack;
};

/** All options of a command; those that are here have a row of ours as well. */
function command(
  name: string,
  options: readonly (string | readonly DockerOption[])[],
  lack?: Lack,
): DockerCommand {
  return {
    name,
    options: options.flatMap((each) => (typeof each === 'string' ? [{ flags: each }] : each)),
    ...(lack && { lacks: lack }),
  };
}

function quiet(...flags: readonly string[]): readonly DockerOption[] {
  return flags.map((each) => ({ flags: each, quiet: true }));
}

function lacking(lack: Lack, ...flags: readonly string[]): readonly DockerOption[] {
  return flags.map((each) => ({ flags: each, lacks: lack }));
}

/** The options before the command, of Docker Compose v5. */
export const dockerGlobals: readonly DockerOption[] = command('', [
  '-f, --file <path>',
  '-p, --project-name <name>',
  '--profile <profile>',
  '--env-file <path>',
  '--project-directory <directory>',
  '--progress <type>',
  '--ansi <when>',
  '--dry-run',
  '-v, --version',
  '-h, --help',
  '--compatibility',
  quiet('--parallel <number>', '--verbose', '--no-ansi'),
  lacking('unused', '--all-resources'),
  lacking('renamed', '--workdir <directory>'),
]).options;

const selection = ['--index <number>'];
const pulling = ['--pull <policy>', '--quiet-pull'];
const creation = [
  '--force-recreate',
  '--no-recreate',
  '--remove-orphans',
  ...pulling,
  quiet('--no-build', '-y, --yes'),
  lacking('builds', '--build'),
  '--scale <service=number>',
];
const waiting = ['--wait', '--wait-timeout <seconds>'];
const process = [
  '-d, --detach',
  '-e, --env <key=value>',
  '-i, --interactive',
  '-t, --tty',
  '-T, --no-tty',
  '-u, --user <user>',
  '-w, --workdir <place>',
];
const list = ['--format <format>', '-q, --quiet'];

/** The commands of Docker Compose v5 with their options, in the order of its help. */
export const dockerCommands: readonly DockerCommand[] = [
  command('attach', ['--detach-keys <keys>', ...selection, '--no-stdin', '--sig-proxy'], 'attachment'),
  command('bridge', [], 'images'),
  command(
    'build',
    [
      '--build-arg <key=value>',
      '--builder <name>',
      '--check',
      '-m, --memory <bytes>',
      '--no-cache',
      '--print',
      '--provenance <mode>',
      '--pull',
      '--push',
      '-q, --quiet',
      '--sbom <mode>',
      '--ssh <key>',
      '--with-dependencies',
    ],
    'builds',
  ),
  command('commit', [
    '-a, --author <name>',
    '-c, --change <instruction>',
    ...selection,
    '-m, --message <text>',
    '-p, --pause',
  ]),
  command('config', [
    '--environment',
    '--format <format>',
    '--hash <service>',
    '--images',
    '--networks',
    '--no-consistency',
    '--no-env-resolution',
    '--no-interpolate',
    '--no-normalize',
    '--no-path-resolution',
    '-o, --output <file>',
    '--profiles',
    '-q, --quiet',
    '--services',
    '--variables',
    '--volumes',
    '--lock-image-digests',
    '--resolve-image-digests',
    '--models',
  ]),
  command('cp', ['--all', '-a, --archive', '-L, --follow-link', ...selection], 'copies'),
  command('create', creation),
  command('down', ['--remove-orphans', '-t, --timeout <seconds>', '-v, --volumes', '--rmi <type>']),
  command('events', ['--json', '--since <time>', '--until <time>']),
  command('exec', [...process, ...selection, '--privileged']),
  command('export', [...selection, '-o, --output <file>']),
  command('images', list),
  command('kill', ['--remove-orphans', '-s, --signal <signal>']),
  command('logs', [
    '-f, --follow',
    ...selection,
    '--no-color',
    '--no-log-prefix',
    '--since <time>',
    '-n, --tail <lines>',
    '-t, --timestamps',
    '--until <time>',
  ]),
  command('ls', ['-a, --all', '--filter <condition>', ...list]),
  command('pause', []),
  command('port', [...selection, '--protocol <protocol>']),
  command('ps', [
    '-a, --all',
    '--filter <condition>',
    '--format <format>',
    '--no-trunc',
    '--orphans',
    '-q, --quiet',
    '--services',
    '--status <state>',
  ]),
  command(
    'publish',
    ['--app', '--oci-version <version>', '--resolve-image-digests', '--with-env', '-y, --yes'],
    'images',
  ),
  command('pull', [
    ...['--ignore-buildable', '--ignore-pull-failures', '--include-deps'],
    ...['--policy <policy>', '-q, --quiet', quiet('--parallel', '--no-parallel')],
  ]),
  command('push', ['--ignore-push-failures', '--include-deps', '-q, --quiet']),
  command('restart', ['--no-deps', '-t, --timeout <seconds>']),
  command('rm', ['-f, --force', '-s, --stop', '-v, --volumes', quiet('-a, --all')]),
  command('run', [
    ...process,
    '--cap-add <capability>',
    '--cap-drop <capability>',
    '--entrypoint <command>',
    '--env-from-file <path>',
    '-l, --label <key=value>',
    '--name <name>',
    '--no-deps',
    '--remove-orphans',
    '--rm',
    '--use-aliases',
    '-v, --volume <volume>',
    ...pulling,
    quiet('-q, --quiet', '--quiet-build'),
    lacking('builds', '--build'),
    '-p, --publish <port>',
    '-P, --service-ports',
  ]),
  command('scale', ['--no-deps']),
  command('start', waiting),
  command('stats', ['-a, --all', '--format <format>', '--no-stream', '--no-trunc']),
  command('stop', ['-t, --timeout <seconds>']),
  command('top', []),
  command('unpause', []),
  command('up', [
    '--abort-on-container-exit',
    '--abort-on-container-failure',
    '--always-recreate-deps',
    '--attach <service>',
    '--attach-dependencies',
    '-d, --detach',
    '--exit-code-from <service>',
    '--no-attach <service>',
    '--no-color',
    '--no-deps',
    '--no-log-prefix',
    '--no-start',
    '-t, --timeout <seconds>',
    '--timestamps',
    ...creation,
    ...waiting,
    '-V, --renew-anon-volumes',
    quiet('--menu', '--quiet-build'),
    lacking('builds', '-w, --watch'),
  ]),
  command('version', ['-f, --format <format>', '--short']),
  command('volumes', list),
  command('wait', ['--down-project']),
  command('watch', ['--no-up', '--prune', '--quiet'], 'builds'),
  command('alpha', []),
];
