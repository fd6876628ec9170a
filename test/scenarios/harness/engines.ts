import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { eventually } from './eventually.ts';

/** Another engine with a store of its own. */
export type OtherEngine = {
  /** Runs a command of it; its output. */
  readonly run: (...words: readonly string[]) => string;
  readonly stop: () => Promise<unknown>;
};

/** Starts a daemon of Docker's below a directory, without a bridge. Its store is `data` there. */
export const startDocker = async (top: string, driver = 'vfs'): Promise<OtherEngine> => {
  mkdirSync(top, { recursive: true });
  const socket = `${top}/docker.sock`;
  const child = spawn(
    'dockerd',
    [
      ...['--data-root', `${top}/data`, '--exec-root', `${top}/exec`, '--pidfile', `${top}/pid`],
      ...['--host', `unix://${socket}`, '--bridge=none', '--iptables=false', `--storage-driver=${driver}`],
    ],
    { stdio: 'ignore' },
  );
  const closed = new Promise((resolve) => child.once('close', resolve));
  const run = (...words: readonly string[]): string =>
    execFileSync('docker', ['--host', `unix://${socket}`, ...words], { encoding: 'utf8', stdio: 'pipe' });
  await eventually('dockerd answers', () => existsSync(socket) && run('version') !== '');
  return {
    run,
    stop: () => {
      child.kill('SIGTERM');
      return closed;
    },
  };
};

/** Starts a containerd below a directory, with the namespace of Docker. Its store is `data` there. */
export const startContainerd = async (top: string): Promise<OtherEngine> => {
  mkdirSync(top, { recursive: true });
  const [socket, config] = [`${top}/containerd.sock`, `${top}/containerd.toml`];
  writeFileSync(config, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
  const words = ['--config', config, '--address', socket, '--root', `${top}/data`, '--state', `${top}/state`];
  const child = spawn('containerd', words, { stdio: 'ignore' });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const run = (...command: readonly string[]): string =>
    execFileSync('ctr', ['--address', socket, '--namespace', 'moby', ...command], {
      ...{ encoding: 'utf8', stdio: 'pipe' },
    });
  await eventually('containerd answers', () => existsSync(socket) && run('version') !== '');
  return {
    run,
    stop: () => {
      child.kill('SIGTERM');
      return closed;
    },
  };
};

/** Podman with a store below a directory, `data`. It has no daemon. */
export const openPodman = (top: string, driver = 'vfs'): OtherEngine => ({
  run: (...words) =>
    execFileSync(
      'podman',
      ['--root', `${top}/data`, '--runroot', `${top}/run`, `--storage-driver=${driver}`, ...words],
      { encoding: 'utf8', stdio: 'pipe' },
    ),
  stop: async () => {
    // It mounts the directory of its driver on itself, and leaves that.
    const mounted = `${top}/data/${driver}`;
    if (readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${mounted} `))
      execFileSync('umount', [mounted]);
  },
});
