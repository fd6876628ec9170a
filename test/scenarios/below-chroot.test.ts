import type { Result } from './harness/cli.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

// Red without: toTop in pivotSteps, or the way back in privateSteps or sharedMountSteps.
for (const [place, mount] of [
  ['a directory that is no mount', ''],
  ['a mount', 'mount --bind "$root" "$root"'],
] as const)
  needs('busybox')(
    `tscompose below a chroot to ${place}: no process of a container is outside of it`,
    async (t, project) => {
      project.ownRoot();
      project.write('root/srv/inside', 'inside\n');
      project.compose(`services:
  web:
    rootfs: ./root
    ${stays()}
    ipc: shareable
    network_mode: none
    stop_grace_period: 0s
    healthcheck: { test: [CMD, cat, /srv/inside], interval: 1s }
  beside:
    extends: web
    ipc: service:web
    pid: service:web
    depends_on: { web: { condition: service_healthy } }
`);
      const { code, stdout, stderr } = await belowChroot(project, mount, [
        project.command('up', '-d', '--wait'),
        ...['web', 'beside'].map((service) => project.command('exec', '-T', service, 'cat', '/srv/inside')),
        project.command('exec', '-T', 'web', 'sh', '-c', 'test ! -e /proc/1/root/usr/lib'),
        project.command('down'),
      ]);
      t.is(code, 0, stderr);
      t.regex(stdout, /^inside\ninside\nthe mounts of the host are as before\n$/);
    },
  );

/**
 * Runs commands one after the other where the root directory has all directories of this machine below it, but is not
 * the root of the mount namespace, whose mounts are shared as those of systemd.
 */
const belowChroot = (project: Project, mount: string, commands: readonly string[]): Promise<Result> => {
  const script = `
set -e
root=$1
# Those of other scenarios go whenever their directories are removed.
mounts() {
  cut -d' ' -f5- /proc/self/mountinfo | sort |
    awk -v own="$3" '{ place = $1; gsub(own, "", place); if (place !~ /(scenario|tscompose)-/) print }'
}
mkdir "$root"
${mount}
for entry in /*; do
  if [ -L "$entry" ]; then cp -a "$entry" "$root$entry"
  elif [ -d "$entry" ]; then mkdir "$root$entry"; mount --rbind "$entry" "$root$entry"
  fi
done
mkdir "$root/only-there"
mount --make-rshared /
mounts "$@" > "$2"
chroot "$root" sh -c 'cd "$1"; ${commands.map((command) => command.replaceAll("'", `'\\''`)).join(' && ')}' sh "$PWD"
mounts "$@" | diff - "$2" && echo the mounts of the host are as before
`;
  // A path that leads elsewhere from the root of the mount namespace.
  const env = { TSCOMPOSE_STATE_DIR: '/only-there/state' };
  const words = [
    '-m',
    '--propagation',
    'private',
    'sh',
    '-c',
    script,
    'sh',
    project.path('below'),
    project.path('mounts'),
    project.name,
  ];
  return project.launch('unshare', words, { env }).ended;
};
