import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { ARCHITECTURES, type Architecture } from '../architectures.ts';
import { BACKPORTS, debianPackages, fetchPackages, standsFor } from '../download/apt.ts';
import { cacheDirectory, digestOf, sha256 } from '../download/cache.ts';
import { nodeProgram } from '../download/npm.ts';
import { diskImage } from './disk.ts';
import { initramfs } from './initramfs.ts';

/** The files that a machine boots from, on this machine. */
export type Base = { readonly kernel: string; readonly initramfs: string; readonly disk: string };

/** A kernel and a disk of Debian's packages with Node.js, made once for each set of versions. */
export async function baseImage(
  architecture: Architecture,
  nodeVersion: string,
  kernelOf: KernelChoice = 'stable',
): Promise<Base> {
  const { suite, modules } = KERNELS[kernelOf];
  const kernel = standsFor(architecture, `linux-image-cloud-${ARCHITECTURES[architecture].debian}`, suite);
  const packages = debianPackages(architecture, { whole: PROGRAMS, alone: [kernel] });
  const recipe = [...RECIPE, nodeVersion, ...packages.map((one) => one.sha256).toSorted()].join('\n');
  const directory = join(cacheDirectory('base'), `${architecture}-${digestOf(recipe).slice(0, 16)}`);
  if (!(await isWhole(directory))) {
    rmSync(directory, { recursive: true, force: true });
    const unfinished = `${directory}.${process.pid}`;
    const files = await fetchPackages(architecture, packages);
    build(unfinished, files, nodeProgram(architecture, nodeVersion), modules);
    writeFileSync(join(unfinished, 'sha256'), await digests(unfinished));
    renameSync(unfinished, directory);
  }
  const [kernelFile, initramfsFile, disk] = PARTS.map((name) => join(directory, name));
  return { kernel: kernelFile!, initramfs: initramfsFile!, disk: disk! };
}

/** Debian's kernel of the release, or its newest one for it, with the modules of what only that one can do. */
export type KernelChoice = keyof typeof KERNELS;

const KERNELS = {
  stable: { suite: undefined, modules: [] },
  // EROFS from files and through loop devices.
  backports: { suite: BACKPORTS, modules: ['erofs', 'loop'] },
} as const satisfies Record<
  string,
  { readonly suite: string | undefined; readonly modules: readonly string[] }
>;

const PARTS = ['vmlinuz', 'initramfs', 'disk.img'] as const;

/** The input of an image of the same packages. */
const RECIPE = ['base.ts', 'initramfs.ts', 'modules.ts', '../guest/boot.sh'].map((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8'),
);

/** Programs that scenarios use, with what they need. */
const PROGRAMS = [
  'bash',
  'bind9-dnsutils',
  'bsdutils',
  'busybox-static',
  'coreutils',
  'crun',
  'dash',
  'dbus-daemon',
  'debianutils',
  'findutils',
  'firewalld',
  'gcc',
  'grep',
  'gzip',
  'hostname',
  'iproute2',
  'iptables',
  'libc-bin',
  'libc6-dev',
  'libstdc++6',
  'mount',
  'nfs-kernel-server',
  'nftables',
  'procps',
  'runc',
  'sed',
  'socat',
  'strace',
  'systemd',
  'tar',
  'ufw',
  'util-linux',
];

const isWhole = async (directory: string): Promise<boolean> =>
  existsSync(join(directory, 'sha256')) &&
  readFileSync(join(directory, 'sha256'), 'utf8') === (await digests(directory));

const digests = async (directory: string): Promise<string> =>
  (await Promise.all(PARTS.map((name) => sha256(join(directory, name))))).join('\n');

function build(directory: string, packages: readonly string[], node: string, more: readonly string[]): void {
  const root = join(directory, 'root');
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const file of packages) unpack(file, root);
  copyFileSync(node, join(root, 'usr/bin/node'));
  for (const name of MOUNT_POINTS) mkdirSync(join(root, name), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(root, name), text);
  // As update-alternatives(1) does it.
  symlinkSync('gcc', join(root, 'usr/bin/cc'));
  for (const name of ['iptables', 'ip6tables'])
    for (const suffix of ['', '-save', '-restore'])
      symlinkSync('xtables-nft-multi', join(root, 'usr/sbin', `${name}${suffix}`));
  // As the maintainer script of ufw does it.
  for (const path of [
    'ufw.conf',
    ...readdirSync(join(root, UFW, 'iptables')).map((name) => `iptables/${name}`),
  ])
    copyFileSync(join(root, UFW, path), join(root, 'etc/ufw', basename(path)));
  const boot = join(root, 'boot');
  const kernel = readdirSync(boot).find((name) => name.startsWith('vmlinuz-'))!;
  renameSync(join(boot, kernel), join(directory, 'vmlinuz'));
  const modules = join(root, 'usr/lib/modules');
  const busybox = readFileSync(join(root, 'usr/bin/busybox'));
  writeFileSync(
    join(directory, 'initramfs'),
    initramfs(busybox, join(modules, kernel.slice('vmlinuz-'.length)), more),
  );
  for (const gone of [boot, modules]) rmSync(gone, { recursive: true });
  diskImage(root, join(directory, 'disk.img'), { megabytes: 900 });
  rmSync(root, { recursive: true });
}

// No maintainer script runs: these programs need nothing but their files.
function unpack(deb: string, root: string): void {
  const skipped = ['doc', 'man', 'locale', 'info', 'perl'].map((name) => `--exclude=./usr/share/${name}`);
  const script = `dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" --keep-directory-symlink ${skipped.join(' ')}`;
  execFileSync('sh', ['-c', script, deb, root]);
}

const UFW = 'usr/share/ufw';

const MOUNT_POINTS = ['dev', 'proc', 'sys', 'run', 'tmp', 'root', 'tscompose'];

const FILES = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/hosts': '127.0.0.1 localhost\n',
  'etc/hostname': 'virtual-machine\n',
};
