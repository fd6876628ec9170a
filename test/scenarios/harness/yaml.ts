import { isNightly } from '../../patience.ts';

/** A `command:` that runs a shell script; `$` is the shell's, not that of interpolation. */
export const shell = (script: string): string =>
  `command: ${JSON.stringify(['sh', '-c', script]).replaceAll('$', '$$$$')}`;

/** A script that says it is there, and stays until somebody asks it to end. */
export const stays = (first = ':'): string =>
  shell(`trap "exit 0" TERM; ${first}; echo ready; while :; do sleep 1000 & wait $!; done`);

const bothRoots = [
  { where: 'host root', rootfs: 'host' },
  { where: 'root directory', rootfs: './root' },
] as const;

/** The kinds of root that a service can have, by day one for each runner; the second needs `project.root()`. */
export const roots = bothRoots.filter(
  ({ rootfs }) => isNightly || (rootfs === 'host') === (process.env.SCENARIO_RUNNER === 'reexec'),
);
