import { mkdirSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { startDockerRegistry } from '../images/registry/docker-registry.ts';
import { directory, file, link } from '../images/tar/archive.ts';
import { isNightly } from '../patience.ts';
import { openPodman, startContainerd, startDocker } from './harness/engines.ts';
import type { Program } from './harness/programs.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';

const SCRIPT =
  'ls /etc/gone /etc/linked 2>/dev/null; cat /etc/motd; wc -c </data/large; ls -ln /data/owned; id -u; pwd; echo $GREETING';

/** Several layers with a whiteout, a link between layers, an owner, and every part of a configuration that a run shows. */
const LAYERS = [
  busyboxLayer(),
  [
    directory('data'),
    file('data/large', 'x'.repeat(300_000)),
    file('etc/gone', 'gone'),
    file('etc/motd', 'first\n'),
  ],
  [
    directory('data'),
    file('etc/.wh.gone', ''),
    file('etc/motd', 'hello\n'),
    file('data/owned', 'x', { uid: 1234, gid: 5678, mode: 0o640 }),
    link('etc/linked', 'motd'),
  ],
];

const CONFIG = {
  Entrypoint: ['sh', '-c'],
  Cmd: [SCRIPT],
  Env: ['PATH=/bin', 'GREETING=hi'],
  User: 'nobody',
  WorkingDir: '/data',
};

const ENGINES = {
  docker: {
    drivers: ['overlay2', 'vfs'],
    open: startDocker,
    pull: ['pull', '-q'],
    run: ['run', '--rm', '--network=none'],
    place: '/var/lib/docker',
  },
  podman: {
    drivers: ['overlay', 'vfs'],
    open: async (top: string, driver: string) => openPodman(top, driver),
    pull: ['pull', '-q', '--tls-verify=false'],
    // crun does not work on hybrid cgroups, and runc not without cgroups.
    run: [
      '--runtime=runc',
      '--cgroup-manager=cgroupfs',
      'run',
      '--rm',
      '--network=none',
      '--ulimit=nofile=1024:1024',
      '--ulimit=nproc=1024:1024',
    ],
    place: '/var/lib/containers/storage',
  },
} as const;

/** A command of tscompose that sees a directory where an engine keeps its images. */
const withStoreAt = (project: Project, place: string, store: string, ...words: readonly string[]) =>
  project.launch('unshare', [
    ...['--mount', '--propagation=private', 'sh', '-c'],
    `mount -t tmpfs none /var/lib && mkdir -p ${place} && mount --bind ${store} ${place} && exec ${project.command(...words)}`,
  ]).ended;

/** An image that is made here, and pushed to a registry; what it prints. */
const pushed = async (t: ExecutionContext, project: Project) => {
  mkdirSync(project.path('registry'));
  const { host, stop } = await startDockerRegistry(project.path('registry'));
  t.teardown(stop);
  const image = `${host}/team/app:1`;
  const [made] = makeLayout(project.path('layout'), [{ name: image, layers: LAYERS, config: CONFIG }]);
  project.compose(
    `services: { app: { image: '${image}', build: { context: . }, pull_policy: missing, networks: [] } }`,
  );
  await project.ok('load', project.path('layout'));
  await project.ok('push', 'app');
  const ours = await project.ok('run', '--rm', '-T', 'app');
  t.regex(ours, /^\/etc\/linked\nhello\n300000\n.* 1234 +5678 .*\n65534\n\/data\nhi\n$/);
  return { image, stop, id: made!.config.digest, ours };
};

type Pushed = Awaited<ReturnType<typeof pushed>>;

/** The image comes back out of the store of an engine, without a registry. */
const comesBack = async (
  t: ExecutionContext,
  project: Project,
  { image, id, ours }: Omit<Pushed, 'stop'>,
  { place, store, name }: { readonly place: string; readonly store: string; readonly name: string },
): Promise<void> => {
  await project.ok('down', '--rmi', 'all');
  const pulled = await withStoreAt(project, place, project.path(store), 'pull', 'app');
  t.is(pulled.code, 0, pulled.stderr);
  t.regex(pulled.stderr, new RegExp(`found in ${name}’s store`, 'i'));
  t.is(await project.ok('run', '--rm', '-T', 'app'), ours);
  t.regex(await project.ok('image', 'inspect', image), new RegExp(id));
  await project.ok('image', 'verify');
};

const nightly = (...programs: readonly Program[]) => (isNightly ? needs(...programs) : () => {});
const withEngines = nightly('docker-registry', 'dockerd', 'podman');

for (const [name, { drivers, open, pull, run, place }] of Object.entries(ENGINES))
  for (const driver of drivers)
    withEngines(
      `${name} pulls and runs what push has pushed, and its ${driver} store gives the same image back`,
      async (t, project) => {
        const { stop, ...made } = await pushed(t, project);
        const engine = await open(project.path(name), driver);
        try {
          engine.run(...pull, made.image);
          t.is(engine.run(...run, made.image), made.ours);
          const id = engine.run('image', 'inspect', '--format', '{{.Id}}', made.image).trim();
          t.is(id.replace('sha256:', ''), made.id.slice(7));
        } finally {
          await engine.stop();
          await stop();
        }
        await comesBack(t, project, made, { place, store: `${name}/data`, name });
      },
    );

const withContainerd = nightly('docker-registry', 'containerd');

// Docker 29 has its images there, with the same namespace.
for (const [place, isRunning] of [
  ['/var/lib/containerd', true],
  ['/var/lib/docker/containerd/daemon', false],
] as const)
  withContainerd(
    `containerd pulls what push has pushed, and gives it back at ${place}, ${isRunning ? 'running' : 'ended'}`,
    async (t, project) => {
      const { stop, ...made } = await pushed(t, project);
      const engine = await startContainerd(project.path('containerd'));
      try {
        engine.run('images', 'pull', '--plain-http', made.image);
        await stop();
        if (!isRunning) await engine.stop();
        await comesBack(t, project, made, { place, store: 'containerd/data', name: 'Docker' });
      } finally {
        await engine.stop();
      }
    },
  );
