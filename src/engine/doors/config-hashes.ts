import { configHash } from '../../plan/hash.ts';
import type { Project } from '../../project/model/project.ts';

/** The hash of each service; `up` compares it with the container's to find out whether to recreate it. */
export const configHashes = ({ services }: Project): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(services).map(([name, service]) => [name, configHash(service)]));
