import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type DockerRegistry = {
  /** `127.0.0.1:40123` */
  readonly host: string;
  /** Resolves when it has ended. */
  readonly stop: () => Promise<unknown>;
};

/**
 * Starts Debian's docker-registry on loopback. It takes a free port itself and says which: resolves when it listens.
 * @param top a directory for its files
 * @param http further keys of `http`, after a comma
 * @param more further lines of its configuration
 * @param at the `host` of one that has ended, whose place it takes
 */
export const startDockerRegistry = async (
  top: string,
  http = '',
  more = '',
  at = '127.0.0.1:0',
): Promise<DockerRegistry> => {
  writeFileSync(
    join(top, 'config.yml'),
    `version: 0.1\nlog: { level: info }\nstorage: { filesystem: { rootdirectory: ${top}/data } }\nhttp: { addr: '${at}'${http} }\n${more}`,
  );
  const child = spawn('docker-registry', ['serve', join(top, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const stop = () => {
    child.kill('SIGKILL');
    return closed;
  };
  const said: string[] = [];
  const host = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`docker-registry has ended: ${said.join('\n')}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const address = /listening on (127\.0\.0\.1:[0-9]+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
      if (said.length < MOST_LINES) said.push(line);
    });
  });
  return { host, stop };
};

/** For the message of a registry that does not start. */
const MOST_LINES = 20;

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
