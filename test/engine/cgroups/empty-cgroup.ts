import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a cgroup that accepts processes: cpusets.rst, a new cpuset has neither CPUs nor memory nodes. */
export function makeCgroup(directory: string): string {
  mkdirSync(directory);
  for (const file of ['cpuset.cpus', 'cpuset.mems'])
    if (existsSync(`${directory}/cgroup.clone_children`) && existsSync(`${directory}/${file}`))
      writeFileSync(`${directory}/${file}`, readFileSync(`${dirname(directory)}/${file}`));
  return directory;
}
