import { request } from 'node:http';
import { join } from 'node:path';
import type { ContainerSummary } from '../../../src/api/calls/containers.ts';
import { select } from '../../../src/cli/actions/ps.ts';
import { containerJson } from '../../../src/cli/show/container-json.ts';

/** An element of `ps --format json-array`, as far as scenarios look at it. */
export type Container = {
  readonly ID: string;
  readonly Name: string;
  readonly Service: string;
  readonly State: 'created' | 'running' | 'paused' | 'restarting' | 'exited';
  readonly Status: string;
  readonly Health: string;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly Pid: number;
  readonly Networks: string;
  readonly Labels: string;
  readonly Command: string;
  readonly Mounts: string;
};

/** The output of `ps -a` for these services, without the start of Node.js; undefined when no supervisor answers. */
export async function askSupervisor(
  runDirectory: string,
  services: readonly string[],
): Promise<readonly Container[] | undefined> {
  const text = await get(join(runDirectory, 'supervisor.sock'), '/containers/json?all=1');
  if (text === undefined) return undefined;
  return asListed(JSON.parse(text) as readonly ContainerSummary[], services);
}

/** As `ps -a --format json-array SERVICES` prints them. */
export const asListed = (
  containers: readonly ContainerSummary[],
  services: readonly string[] = [],
): readonly Container[] =>
  select(containers, { all: true, status: [] }, services).map(
    (container) => containerJson(container, Date.now()) as Container,
  );

const get = (socketPath: string, path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    request({ socketPath, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('close', () =>
        resolve(response.complete && response.statusCode === 200 ? text : undefined),
      );
    })
      .on('error', () => resolve(undefined))
      .end();
  });
