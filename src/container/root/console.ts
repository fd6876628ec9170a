import { call, inside, type Step } from '../../kernel/program/program.ts';
import { DEFAULT_MOUNTS } from '../defaults.ts';
import { FIXED } from '../descriptors.ts';
import type { Container } from '../facts.ts';
import type { OciMount } from '../oci.ts';

/**
 * Makes the terminal the console, where /dev is a file system of the container’s own. The terminal is the one on
 * descriptor 0: a volume on /dev/pts may have a link in the place of `/dev/pts/0` (CVE-2025-52565).
 */
export const consoleSteps = (container: Container): readonly Step[] =>
  hasTerminals(container) && !hasMount(container, '/dev/console') ? terminalSteps : [];

const terminalSteps: readonly Step[] = [
  inside('the mount point of the terminal', call('mknodat', FIXED.dev, 'console', 'S_IFIFO|0600', [0, 0])),
  inside(
    'the mount of the terminal, without its path',
    call('open_tree', 0, '', 'AT_EMPTY_PATH|OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC'),
    { as: 'console' },
  ),
  inside(
    '/dev/console is the terminal of the container',
    call('move_mount', '$console', '', FIXED.dev, 'console', 'MOVE_MOUNT_F_EMPTY_PATH'),
  ),
];

/**
 * A volume on /dev/pts is mounted over the devpts of the terminal: open_tree(2) clones only mounts that are attached.
 */
export const withTerminals = (container: Container, mounts: readonly OciMount[]): readonly OciMount[] => {
  const at = mounts.findIndex(({ destination }) => destination === TERMINALS.destination);
  return hasTerminals(container) && at >= 0 && mounts[at]?.type !== 'devpts'
    ? mounts.toSpliced(at, 0, TERMINALS)
    : mounts;
};

const hasTerminals = ({ config, stdio }: Container): boolean =>
  stdio === 'terminal' &&
  config.mounts.some(({ destination, type }) => destination === '/dev' && type === 'tmpfs');

const hasMount = ({ config }: Container, path: string): boolean =>
  config.mounts.some(({ destination }) => destination === path);

const TERMINALS = DEFAULT_MOUNTS.find(({ type }) => type === 'devpts')!;
