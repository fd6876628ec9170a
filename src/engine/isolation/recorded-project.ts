import type { Project } from '../../project/model/project.ts';
import { projectPaths } from '../directories/project-paths.ts';
import { blocksOf } from '../networks/blocks.ts';
import { glance } from '../record/read.ts';
import { standing } from '../record/replaced.ts';

/** The services of a project as they were started, for commands without files; undefined if there is no record. */
export const recordedProject = (name: string): Project | undefined => {
  const record = glance(projectPaths(name).record);
  if (!record) return undefined;
  const containers = standing(record).filter(({ oneOff }) => !oneOff);
  return {
    name,
    workingDir: record.workingDir,
    files: record.files,
    inactive: [],
    services: Object.fromEntries(containers.map(({ service, definition }) => [service, definition])),
    networks: Object.fromEntries(
      Object.values(record.networks).map((network) => [
        network.key,
        {
          key: network.key,
          name: network.name,
          blocks: blocksOf(network).map(({ subnet, gateway }) => ({ subnet, gateway })),
          ...(network.subnet === '' && { ipv4: false as const }),
          ...(network.subnet6 !== undefined && { ipv6: true as const }),
        },
      ]),
    ),
    volumes: {},
  };
};
