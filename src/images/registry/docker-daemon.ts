import { readFileSync } from 'node:fs';
import { isInNetwork } from './proxy.ts';

/** The registries of Docker's daemon.json. */
export type DockerDaemon = {
  /** Mirrors of Docker Hub, as URLs. */
  readonly mirrors: readonly URL[];
  /** Hosts with their ports, and networks such as `10.0.0.0/8`. */
  readonly insecure: readonly string[];
};

export const readDockerDaemon = (etc: string): DockerDaemon => {
  const file = parsed(`${etc}/docker/daemon.json`);
  const mirrors = texts(file['registry-mirrors']).filter((text) => URL.canParse(text));
  return { mirrors: mirrors.map((text) => new URL(text)), insecure: texts(file['insecure-registries']) };
};

/** Whether one of the entries is the host (`registry:5000`) or has it in its network. */
export const isListed = (host: string, insecure: readonly string[]): boolean => {
  const name = host.replace(/:\d+$/, '');
  return insecure.some((entry) => (entry.includes('/') ? isInNetwork(name, entry) : entry === host));
};

/** A daemon that exists does not start with a damaged file; nothing is lost if this command does. */
const parsed = (path: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
};

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
