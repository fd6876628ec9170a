import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { isRefused } from './harness/failure.ts';
import { installLine } from './harness/programs.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

/** The virtual machines have both, most other machines neither. */
const isMissing = (): boolean => {
  const known = readFileSync('/proc/filesystems', 'utf8');
  return (
    ['nfsd', 'nfs4'].some((type) => !known.includes(`\t${type}\n`)) || installLine(['exportfs']) !== undefined
  );
};

const run = (program: string, ...words: readonly string[]): void =>
  void execFileSync(program, words, { stdio: 'pipe' });

const THREADS = '/proc/fs/nfsd/threads';

/** Serves a directory as the root of NFS version 4 on this machine; what ends it. */
const serve = (directory: string): (() => void) => {
  for (const needed of ['/var/lib/nfs/v4recovery', '/run/rpc_pipefs']) mkdirSync(needed, { recursive: true });
  if (!existsSync('/etc/exports')) writeFileSync('/etc/exports', '');
  for (const table of ['etab', 'rmtab']) writeFileSync(`/var/lib/nfs/${table}`, '');
  run('mount', '-t', 'nfsd', 'nfsd', '/proc/fs/nfsd');
  run('exportfs', '-o', 'rw,no_root_squash,no_subtree_check,insecure,fsid=0', `127.0.0.1:${directory}`);
  // It answers the kernel, and makes itself a daemon.
  run('rpc.mountd', '--no-nfs-version', '3');
  run('rpc.nfsd', '--no-nfs-version', '3', '--grace-time', '10', '2');
  writeFileSync('/proc/fs/nfsd/v4_end_grace', 'Y');
  return () => {
    writeFileSync(THREADS, '0');
    run('exportfs', '-ua');
    run('sh', '-c', 'kill $(pidof rpc.mountd)');
    run('umount', '/proc/fs/nfsd');
  };
};

const title =
  'a volume of NFS keeps its data on its server and is unmounted by down (needs nfs-kernel-server, and nfsd and nfs4 of the kernel)';

// Red without: withAddress in mounted-volume.ts; unmountIfUnused there.
if (isMissing()) test.skip(title, () => {});
else
  scenario(title, async (t, project) => {
    const served = '/srv/nfs-volumes';
    mkdirSync(join(served, 'data'), { recursive: true });
    const end = serve(served);
    try {
      const options = (addr: string, path: string): string =>
        `{ driver_opts: { type: nfs4, o: "addr=${addr},vers=4.2,soft,timeo=10,retrans=1", device: ":${path}" } }`;
      project.compose(`services:
  web: { ${stays()}, volumes: ["data:/data"] }
volumes: { data: ${options('localhost', '/data')} }
`);
      await project.up();
      await project.exec('web', 'sh', '-c', 'echo kept > /data/file');
      t.is(readFileSync(join(served, 'data/file'), 'utf8'), 'kept\n');
      await project.ok('down', '-v');
      t.false(readFileSync('/proc/mounts', 'utf8').includes(' nfs4 '), 'nothing is mounted');
      t.deepEqual(readdirSync(join(served, 'data')), ['file'], 'what the server has is not ours to delete');

      await project.up();
      t.is(await project.exec('web', 'cat', '/data/file'), 'kept');
      await project.ok('down', '-v');

      project.compose(`services:
  web: { ${stays()}, volumes: ["data:/data"] }
volumes: { data: ${options('127.0.0.1', '/gone')} }
`);
      isRefused(t, await project.tscompose('up', '-d'), { errors: ['volume-not-mounted'], says: /= ENOENT/ });
    } finally {
      await project.ok('down', '-v');
      end();
      rmSync(served, { recursive: true });
    }
  });
