import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Readiness } from '../../kernel/ffi/readiness.ts';
import { errnoName } from '../../kernel/program/errno.ts';
import { runDirectory } from '../directories/project-paths.ts';
import { startRelay } from '../ports/relay/start.ts';
import type { Finding } from './finding.ts';

/** Starts a relay of published ports, asks it for a privileged port of loopback, and ends it. */
export const portFinding = async (): Promise<Finding> => findingOf(await tried());

export type RelayTrial = { readonly failure: string } | { readonly errnoOfLowPort: number };

const tried = async (): Promise<RelayTrial> => {
  const readiness = new Readiness();
  const socket = `${runDirectory()}-probe-${randomBytes(4).toString('hex')}`;
  try {
    const relay = await startRelay({ socket, program: `${socket}.program` }, readiness);
    const [answer] = await relay.ask([
      { call: 'reserve', socket: { protocol: 'tcp', address: '127.0.0.1', port: 1 } },
    ]);
    relay.end();
    return { errnoOfLowPort: -Math.min(0, answer?.result ?? 0) };
  } catch (error) {
    return { failure: (error as Error).message };
  } finally {
    rmSync(socket, { force: true });
    readiness.close();
  }
};

export const findingOf = (trial: RelayTrial): Finding => {
  const what = 'published ports';
  if ('failure' in trial)
    return {
      what,
      verdict: 'limited',
      found: `no relay: ${trial.failure}`,
      help: 'containers with `ports` cannot start; allow programs to run from memory (vm.memfd_noexec) or from /run',
    };
  if (errnoName(trial.errnoOfLowPort) === 'EACCES')
    return {
      what,
      verdict: 'limited',
      found: 'none below net.ipv4.ip_unprivileged_port_start',
      help: 'give tscompose the capability CAP_NET_BIND_SERVICE, or set net.ipv4.ip_unprivileged_port_start=0',
    };
  return { what, verdict: 'good', found: 'a relay serves loopback' };
};
