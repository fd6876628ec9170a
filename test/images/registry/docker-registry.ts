import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../../scenarios/harness/eventually.ts';
import { close, listen } from './faulty-registry.ts';

export type DockerRegistry = {
  /** `127.0.0.1:40123` */
  readonly host: string;
  /** Resolves when it has ended. */
  readonly stop: () => Promise<unknown>;
};

/**
 * Starts Debian's docker-registry on a free port of loopback. Resolves when it listens.
 * @param top a directory for its files
 * @param http further keys of `http`, after a comma
 * @param more further lines of its configuration
 */
export const startDockerRegistry = async (top: string, http = '', more = ''): Promise<DockerRegistry> => {
  for (;;) {
    const probe = createServer();
    const host = await listen(probe);
    await close(probe);
    writeFileSync(
      join(top, 'config.yml'),
      `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${top}/data } }\nhttp: { addr: '${host}'${http} }\n${more}`,
    );
    const child = spawn('docker-registry', ['serve', join(top, 'config.yml')], { stdio: 'ignore' });
    const closed = new Promise((resolve) => child.once('close', resolve));
    const stop = () => {
      child.kill('SIGKILL');
      return closed;
    };
    const state = await eventually('docker-registry listens', async () => {
      if (child.exitCode !== null) return 'ended';
      return (await accepts(host)) && 'listens';
    });
    // Another process may have taken the port meanwhile.
    if (state === 'listens') return { host, stop };
  }
};

const accepts = (host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(host.split(':')[1]), '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Copies the image `1` of a layout to a registry. */
export const pushWithSkopeo = (layout: string, name: string, ...words: readonly string[]): void => {
  execFileSync(
    'skopeo',
    ['copy', '-q', '--insecure-policy', ...words, `oci:${layout}:1`, `docker://${name}`],
    {
      stdio: 'pipe',
    },
  );
};
