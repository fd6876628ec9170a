import { hookSteps } from '../../kernel/program/hook.ts';
import { call, inside, type Step } from '../../kernel/program/program.ts';
import { FIXED, openAt } from '../descriptors.ts';
import type { Container } from '../facts.ts';
import { FLAGS, isHeir, sharedWith } from '../namespaces.ts';
import type { OciHook } from '../oci.ts';
import { descriptors, hiddenStep } from './birth.ts';
import { hasHooks, hooksOf } from './hooks-of.ts';

/*
 * Hooks `createContainer` run in the namespaces of the container, when everything is mounted and before the root
 * changes: they find their programs on the host, and the container at the root of their bundle. So that the mounts are
 * resolved within the container nevertheless, its process has its root there meanwhile.
 */

/** Becomes the stage at once, with either runner: only the stage can make a clone. */
export const hookStageSteps = (container: Container): readonly Step[] =>
  hasHooks(container)
    ? [
        ...descriptors(container).map((_, number) =>
          inside(
            'another program makes the remaining calls, so the descriptors stay open on exec',
            call('fcntl', number, 'F_SETFD', 0),
          ),
        ),
        inside(
          'becomes a program of a few hundred bytes, which can make the child for a hook',
          call('execveat', '$host.init', '', ['init'], [], 'AT_EMPTY_PATH'),
        ),
        hiddenStep,
        ...openAt(
          FIXED.hookOutput,
          'log',
          'what hooks print is part of the error if one fails',
          call('openat', 'AT_FDCWD', hookOutput(container.places.run), OUTPUT, 0o600),
        ),
      ]
    : [];

/** Instead of pivot_root(2): the mounts that follow are resolved within the container, and the way back is open. */
export const enterRootSteps: readonly Step[] = [
  ...openAt(
    FIXED.hostRoot,
    'root',
    'the root of the host, for the way back',
    call('openat', 'AT_FDCWD', '/', 'O_PATH|O_DIRECTORY|O_CLOEXEC', 0),
  ),
  inside('until the hooks have run, the root of this process is that of the container', call('chroot', '.')),
];

/** Back on the host, executes the hooks one after the other; the first that fails ends the start. */
export const createContainerSteps = (container: Container): readonly Step[] => {
  const { places } = container;
  const hooks = hooksOf(container);
  return [
    ...leaveRootSteps,
    ...bundleFileSteps(`${places.run}/config.json`, JSON.stringify(bundleConfig(container)), BUNDLE),
    ...bundleFileSteps(stateFile(container), stateText(container), 'the state of the container, for hooks'),
    inside('hooks start in the root of the container', call('chdir', places.mountPoint)),
    inside(
      'the end of a hook is a signal to wait for',
      call('rt_sigprocmask', 'SIG_BLOCK', ['SIGCHLD'], 0, 8),
    ),
    ...(isHeir(container) ? ownPidSteps : []),
    ...hooks.flatMap((hook) =>
      hookSteps(
        `the hook ${hook.path}: this process continues when it has ended`,
        programSteps(container, hook),
        hook.timeout === undefined ? null : { seconds: hook.timeout },
        ORIGIN,
      ),
    ),
    ...(isHeir(container) ? sharedPidSteps(container) : []),
    inside('no way to the host is left open', call('close', FIXED.hostRoot)),
  ];
};

const BUNDLE = 'the configuration of the container, where hooks look for the path of its root';

const BACK = 'the root of the host again, where the programs of hooks are';

const leaveRootSteps: readonly Step[] = [
  inside(BACK, call('fchdir', FIXED.hostRoot)),
  inside(BACK, call('chroot', '.')),
];

const bundleFileSteps = (path: string, text: string, why: string): readonly Step[] => [
  ...openAt(
    FIXED.scratch,
    'file',
    why,
    call('openat', 'AT_FDCWD', path, 'O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC', 0o600),
  ),
  inside(why, call('write', FIXED.scratch, text)),
];

/** As in the bundle of a runtime; the rules of seccomp, which are long, no hook needs. */
const bundleConfig = ({ config, places }: Container): unknown => {
  const { seccomp: _, ...linux } = config.linux;
  return { ...config, root: { ...config.root, path: places.mountPoint }, linux };
};

const stateFile = ({ places }: Container): string => `${places.run}/state.json`;

/** The standard output and error of the hooks. */
export const hookOutput = (run: string): string => `${run}/hooks.log`;

/** The state of the OCI runtime specification. Elsewhere than in an own PID namespace, the PID is not known yet. */
const stateText = (container: Container): string => {
  const { places, config } = container;
  return JSON.stringify({
    ociVersion: config.ociVersion,
    id: places.run.slice(places.run.lastIndexOf('/') + 1),
    status: 'creating',
    ...(sharedWith(container, 'pid') ? {} : { pid: 1 }),
    bundle: places.run,
    annotations: config.annotations,
  });
};

const programSteps = (container: Container, { path, args = [path], env = [] }: OciHook): readonly Step[] => [
  inside('the hook ends with this process', call('prctl', 'PR_SET_PDEATHSIG', 'SIGKILL')),
  inside('the usual mode for the files of the hook', call('umask', 0o022)),
  inside('no signal is blocked in the hook', call('rt_sigprocmask', 'SIG_SETMASK', [], 0, 8)),
  inside(STATE, call('openat', 'AT_FDCWD', stateFile(container), 'O_RDONLY|O_CLOEXEC', 0), { as: 'state' }),
  inside(STATE, call('dup3', '$state', 0, '')),
  ...[1, 2].map((stream) =>
    inside('what the hook prints is kept', call('dup3', FIXED.hookOutput, stream, '')),
  ),
  inside(
    'the hook inherits no descriptors except its standard streams',
    call('close_range', 3, 0xffffffff, 'CLOSE_RANGE_CLOEXEC'),
  ),
  inside(`the hook ${path}`, call('execve', path, args, env), ORIGIN),
];

const ORIGIN = { from: 'hooks' } as const;

const STATE = 'the hook reads the state of the container from its standard input';

const OUTPUT = 'O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC';

const OWN =
  'the hook is in the PID namespace of the host: processes of the other container could take it over';

const ownPidSteps: readonly Step[] = [
  inside(OWN, call('openat', 'AT_FDCWD', '/proc/self/ns/pid', 'O_RDONLY|O_CLOEXEC', 0), { as: 'own' }),
  inside(OWN, call('setns', '$own', FLAGS.pid)),
];

const sharedPidSteps = (container: Container): readonly Step[] => {
  const { name, holder } = sharedWith(container, 'pid')!;
  return [inside(`children are in the PID namespace of ${name} again`, call('setns', holder!, FLAGS.pid))];
};
