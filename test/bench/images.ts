import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layersOfPackages } from '../images/debian/images.ts';
import { makeLayout } from '../images/make-layout.ts';
import { pushWithSkopeo, startDockerRegistry } from '../images/registry/docker-registry.ts';
import { archive, directory, file, link } from '../images/tar/archive.ts';
import { eventually } from '../scenarios/harness/eventually.ts';
import { type Place, writeProject } from './prepare.ts';
import type { Figures, Subject } from './rounds.ts';
import { emptyDirectory, timed } from './workload.ts';

/** 900 MB in 24,000 files, of which the base is a layer that others would have too. */
const PACKAGES = 'python3 nodejs postgresql-15 git build-essential';

/** Images from a registry on loopback and from archives, beside other engines where they are installed. */
export function images(place: Place): readonly Subject[] {
  const top = emptyDirectory(place.directory, 'images');
  return [pulls(place, top), unpacking(place, top), starts(place, top), sharing(place, top)];
}

const tscompose = (place: Place, ...words: readonly string[]): number =>
  timed(process.execPath, ['--', place.tscompose, '--progress', 'quiet', ...words], place);

const bigLayout = (top: string): string => {
  const layout = join(top, 'big');
  if (existsSync(layout)) return layout;
  makeLayout(layout, [{ name: 'big:1', layers: layersOfPackages(PACKAGES), isCompressed: true }]);
  return layout;
};

/** Every engine pulls the same image and removes it: each time no layer is there. */
function pulls(place: Place, top: string): Subject {
  let registry: Awaited<ReturnType<typeof startDockerRegistry>> | undefined;
  let engines: readonly Engine[] = [];
  return {
    name: 'pull',
    run: async (): Promise<Figures> => {
      if (!registry) {
        mkdirSync(join(top, 'registry'));
        registry = await startDockerRegistry(join(top, 'registry'));
        pushWithSkopeo(bigLayout(top), `${registry.host}/big:1`, '--dest-tls-verify=false');
        engines = await startEngines(top);
      }
      const image = `${registry.host}/big:1`;
      const file = writeProject(place.directory, 'pull', 1, `{image: '${image}'}`, 'name: pull');
      const figures: Record<string, number> = { 'pull tscompose': tscompose(place, '-f', file, 'pull') };
      figures['rmi tscompose'] = tscompose(place, 'rmi', image);
      for (const engine of engines) {
        const { name, words, pull, remove } = engine;
        figures[`pull ${name}`] = timed(words[0]!, [...words.slice(1), ...pull, image], place);
        if (engine.store) Object.assign(figures, copied(place, top, engine, image));
        timed(words[0]!, [...words.slice(1), ...remove, image], place);
      }
      return figures;
    },
    end: async () => {
      for (const { stop } of engines) await stop();
      await registry?.stop();
    },
  };
}

/** An image out of the store of an engine: by the engine into a file, and by us from its files into ours. */
function copied(place: Place, top: string, { name, words, store }: Engine, image: string): Figures {
  const saved = join(top, 'saved.tar');
  const file = writeProject(
    place.directory,
    'import',
    1,
    `{image: '${image}', pull_policy: missing}`,
    'name: import',
  );
  const save = timed(words[0]!, [...words.slice(1), ...store!.save, saved, image], place);
  rmSync(saved);
  const there = store!.usual;
  const bound = `mount -t tmpfs none /var/lib && mkdir -p ${there} && mount --bind ${store!.at} ${there} && exec "$@"`;
  const pull = ['--progress', 'quiet', '-f', file, 'pull'];
  const taken = timed(
    'unshare',
    [
      ...['--mount', '--propagation=private', 'sh', '-c', bound, 'sh'],
      ...[process.execPath, '--', place.tscompose, ...pull],
    ],
    place,
  );
  tscompose(place, 'rmi', image);
  return { [`save ${name}`]: save, [`import ${name}`]: taken };
}

type Engine = {
  readonly name: string;
  readonly words: readonly string[];
  readonly pull: readonly string[];
  readonly remove: readonly string[];
  /** Where it keeps its images, where it usually does, and how it writes one into a file. */
  readonly store?: { readonly at: string; readonly usual: string; readonly save: readonly string[] };
  readonly stop: () => Promise<unknown>;
};

/** Their daemons have places of their own, in a mount namespace of their own, and leave the network alone. */
async function startEngines(top: string): Promise<readonly Engine[]> {
  const daemon = async (name: string, words: readonly string[], socket: string) => {
    const child = spawn('unshare', ['--mount', '--propagation=private', '--', ...words], {
      stdio: 'ignore',
      // Nobody has a faster gunzip than the others.
      env: { ...process.env, MOBY_DISABLE_PIGZ: '1', CONTAINERD_DISABLE_PIGZ: '1' },
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    await eventually(`${name} listens`, async () => existsSync(socket), 30);
    return (): Promise<unknown> => {
      child.kill('SIGTERM');
      return closed;
    };
  };
  const engines: Engine[] = [];
  if (isInstalled('containerd')) {
    const [socket, root] = [join(top, 'containerd.sock'), join(top, 'containerd')];
    const config = join(top, 'containerd.toml');
    writeFileSync(config, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
    const words = ['-c', config, '-a', socket, '--root', root, '--state', `${root}-run`];
    const stop = await daemon('containerd', ['containerd', ...words], socket);
    engines.push({
      name: 'containerd',
      words: ['ctr', '-a', socket, 'images'],
      pull: ['pull', '--plain-http'],
      remove: ['rm', '--sync'],
      stop,
    });
  }
  if (isInstalled('dockerd')) {
    const [socket, root] = [join(top, 'docker.sock'), join(top, 'docker')];
    const places = [
      '--data-root',
      root,
      '--exec-root',
      `${root}-run`,
      '-p',
      `${root}.pid`,
      '-H',
      `unix://${socket}`,
    ];
    const network = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--ip-forward=false'];
    const stop = await daemon('Docker', ['dockerd', ...places, ...network], socket);
    const words = ['docker', '-H', `unix://${socket}`];
    await eventually(
      'Docker answers',
      async () => spawnSync(words[0]!, [...words.slice(1), 'info']).status === 0,
      30,
    );
    const store = { at: root, usual: '/var/lib/docker', save: ['save', '-o'] };
    engines.push({ name: 'Docker', words, pull: ['pull', '-q'], remove: ['rmi'], store, stop });
  }
  if (isInstalled('podman')) {
    const places = [
      '--root',
      join(top, 'podman'),
      '--runroot',
      join(top, 'podman-run'),
      '--storage-driver',
      'overlay',
    ];
    engines.push({
      name: 'Podman',
      words: ['podman', ...places],
      pull: ['pull', '-q', '--tls-verify=false'],
      remove: ['rmi', '-f'],
      stop: async () => spawnSync('umount', [join(top, 'podman/overlay')]),
    });
  }
  return engines;
}

/**
 * An OCI layout becomes a root that a container can have: all that a first `create` takes longer than a second one. Nothing
 * is removed until the end: for minutes, ext4 looks at each inode that was removed before it takes one, which would be the
 * price of the tree before.
 */
function unpacking(place: Place, top: string): Subject {
  const trees: string[] = [];
  const emptyTree = (): string => {
    const tree = emptyDirectory(top, `unpacked-${trees.length}`);
    trees.push(tree);
    return tree;
  };
  return {
    name: 'unpack',
    run: (): Figures => {
      const layout = bigLayout(top);
      const manifest = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests[0].digest;
      const blob = (digest: string): string => join(layout, 'blobs/sha256', digest.slice('sha256:'.length));
      const { layers } = JSON.parse(readFileSync(blob(manifest), 'utf8')) as { layers: { digest: string }[] };
      const to = emptyTree();
      let tar = 0;
      for (const { digest } of layers) tar += timed('tar', ['-xzf', blob(digest), '-C', to], place);
      const figures: Record<string, number> = { 'tar xzf': tar };
      const file = writeProject(
        place.directory,
        'unpack',
        1,
        `{image: 'big:1', command: [/bin/true]}`,
        'name: unpack',
      );
      for (const kind of ['erofs', 'directory']) {
        const own = { TSCOMPOSE_STATE_DIR: emptyTree(), TSCOMPOSE_ROOT_KIND: kind };
        const there = { ...place, environment: { ...place.environment, ...own } };
        const load = tscompose(there, 'load', layout);
        const [first, second] = [0, 1].map(() => {
          const took = tscompose(there, '-f', file, 'up', '-d');
          tscompose(there, '-f', file, 'down', '-t', '0');
          return took;
        }) as [number, number];
        figures[`unpack ${kind}`] = load + first - second;
      }
      return figures;
    },
    end: () => trees.forEach((tree) => void rmSync(tree, { recursive: true })),
  };
}

/** The same files as twenty layers, and as a directory. */
function starts(place: Place, top: string): Subject {
  const names = ['bin', 'proc', 'sys', 'dev', 'tmp', 'etc'];
  const programs = ['busybox', 'sleep', 'true'].map((name) =>
    file(`bin/${name}`, readFileSync(join(place.root, 'bin', name)).toString('latin1'), { mode: 0o755 }),
  );
  const layers = [
    archive(...names.map((name) => directory(name)), ...programs),
    ...Array.from({ length: 19 }, (_, index) =>
      archive(file(`etc/${index}`, 'x'), link(`bin/l${index}`, 'busybox')),
    ),
  ];
  let isLoaded = false;
  const up = (name: string, root: string): number => {
    const service = `{${root}, command: [/bin/sleep, '1000'], stop_grace_period: 0s}`;
    const file = writeProject(place.directory, name, 1, service, `name: ${name}`);
    const took = tscompose(place, '-f', file, 'up', '-d');
    tscompose(place, '-f', file, 'down');
    return took;
  };
  return {
    name: 'start',
    run: (): Figures => {
      if (!isLoaded) {
        makeLayout(join(top, 'twenty'), [{ name: 'twenty:1', layers }]);
        tscompose(place, 'load', join(top, 'twenty'));
      }
      isLoaded = true;
      return {
        'start directory': up('start-directory', 'rootfs: ./root'),
        'start 20 layers': up('start-image', "image: 'twenty:1'"),
      };
    },
  };
}

const SHARED_BYTES = 64 << 20;

/** A file of an image is read by one service, and then by nine others. */
function sharing(place: Place, top: string): Subject {
  let isLoaded = false;
  return {
    name: 'sharing',
    run: (): Figures => {
      if (!isLoaded) {
        const busybox = readFileSync(join(place.root, 'bin/busybox')).toString('latin1');
        const members = [
          ...['bin', 'proc', 'sys', 'dev', 'tmp', 'etc'].map((name) => directory(name)),
          file('bin/busybox', busybox, { mode: 0o755 }),
          file('large', randomBytes(SHARED_BYTES).toString('latin1')),
        ];
        makeLayout(join(top, 'shared'), [{ name: 'shared:1', layers: [archive(...members)] }]);
        tscompose(place, 'load', join(top, 'shared'));
      }
      isLoaded = true;
      const service = `{image: 'shared:1', command: [/bin/busybox, sleep, '1000'], stop_grace_period: 0s}`;
      const project = writeProject(place.directory, 'shared', 10, service, 'name: shared');
      tscompose(place, '-f', project, 'up', '-d');
      const read = (number: number): number =>
        tscompose(place, '-f', project, 'exec', '-T', `s${number}`, '/bin/busybox', 'md5sum', '/large');
      timed('sync', [], place);
      // proc_sys_vm(5): the page cache, and neither dentries nor inodes.
      writeFileSync('/proc/sys/vm/drop_caches', '1');
      const all = Array.from({ length: 10 }, (_, index) => index + 1);
      for (const number of all) read(number);
      const cached = all.map((number) => cacheOf(place, `shared/containers/shared-s${number}-1`));
      tscompose(place, '-f', project, 'down');
      return { 'cache of one MB': cached[0]!, 'cache of ten MB': cached.reduce((sum, one) => sum + one, 0) };
    },
  };
}

/** The kernel's count for a container, MB: a page belongs to the cgroup that reads it first. */
const cacheOf = ({ environment }: Place, container: string): number => {
  const life = readFileSync(join(environment.TSCOMPOSE_RUN_DIR!, container, 'life.json'), 'utf8');
  const { pid } = JSON.parse(life) as { readonly pid: number };
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
  const [, first] = /^\d+:memory:(.*)$/.exec(lines.find((line) => line.includes(':memory:')) ?? '') ?? [];
  const path =
    first === undefined ? `/sys/fs/cgroup${lines[0]!.slice('0::'.length)}` : `/sys/fs/cgroup/memory${first}`;
  const stat = readFileSync(join(path, 'memory.stat'), 'utf8');
  return Number(/^(?:total_cache|file) (\d+)$/m.exec(stat)![1]) / 2 ** 20;
};

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
