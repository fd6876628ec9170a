import { configHash } from '../plan/hash.ts';
import type { Project } from '../project/model/project.ts';

/** By service, the hash that a container keeps and that `up` compares to find out whether it has to be made anew. */
export const configHashes = ({ services, networks }: Project): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, configHash(service, networks)]),
  );
