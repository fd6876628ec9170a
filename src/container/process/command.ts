import { call, inside, type Step } from '../../kernel/program/program.ts';
import type { OciProcess } from '../oci.ts';
import { ancestors, directoryInside, FOUND_DIRECTORY } from '../root/files.ts';

const WORKING_DIRECTORY: Pick<Step, 'from'> = { from: 'working_dir' };

/** Creates the working directory if it does not exist, as Docker does. */
export const makeDirectorySteps = ({ cwd }: OciProcess): readonly Step[] =>
  ancestors(cwd).flatMap((path) =>
    directoryInside(path, 'the working directory is created if it does not exist', WORKING_DIRECTORY),
  );

/** Enters the working directory before the user changes, because the new user may lack permission. */
export const directorySteps = ({ cwd }: OciProcess): readonly Step[] => {
  if (cwd === '/') return [];
  return [
    inside(
      // CVE-2024-21626: through a magic link such as /proc/self/fd/7 it could lie outside of the root.
      'the working directory, resolved within the root file system',
      call('openat2', 'AT_FDCWD', cwd, FOUND_DIRECTORY),
      { as: 'cwd', ...WORKING_DIRECTORY },
    ),
    inside('the command starts in the working directory', call('fchdir', '$cwd'), WORKING_DIRECTORY),
  ];
};

export const onlyStreamsStep: Step = inside(
  'the command inherits no descriptors except its standard streams',
  call('close_range', 3, 0xffffffff, 'CLOSE_RANGE_CLOEXEC'),
);

export const immortalStep: Step = inside(
  'from here on the process outlives the supervisor',
  call('prctl', 'PR_SET_PDEATHSIG', 0),
);

/** The command inherits nothing from the supervisor. */
export const partingSteps: readonly Step[] = [
  onlyStreamsStep,
  ...[0, 1, 2].map((stream) =>
    inside(
      'the standard streams stay open on exec; Node sets close-on-exec',
      call('fcntl', stream, 'F_SETFD', 0),
    ),
  ),
  ...['SIGPIPE', 'SIGXFSZ'].map((signal) =>
    inside(
      'Node ignores these signals, and execve(2) keeps ignored signals ignored',
      call('rt_sigaction', signal, null, 0, 8),
    ),
  ),
  immortalStep,
];

/** The last steps: the process becomes the user's command, after its confinement unless an earlier process took it. */
export const commandSteps = (
  { args, env }: OciProcess,
  confinement: readonly Step[] = [],
): readonly Step[] => [
  unblockStep,
  ...confinement,
  ...commandPaths({ args, env }).map((path, index, all) =>
    inside(
      'becomes the command: the first executable file along PATH',
      call('execve', path, args, env),
      index < all.length - 1 ? { tolerate: 'ENOENT', from: 'command' } : { from: 'command' },
    ),
  ),
];

const unblockStep = inside(
  'the command starts with no signals blocked',
  call('rt_sigprocmask', 'SIG_SETMASK', [], 0, 8),
);

/** As execvp(3): a name with a slash is a path, any other is looked for along the PATH of the new environment. */
export const commandPaths = ({
  args: [name = ''],
  env,
}: Pick<OciProcess, 'args' | 'env'>): readonly string[] => {
  if (name.includes('/')) return [name];
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  return path.split(':').map((directory) => `${directory || '.'}/${name}`);
};
