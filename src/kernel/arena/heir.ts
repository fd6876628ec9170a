import { call, inside, type Step } from '../program/program.ts';
import { ARENA_ADDRESS, ARENA_BYTES, HEIR_ADDRESS, HEIR_BYTES, HEIR_OFFSET } from './layout.ts';

/**
 * In some Programs the process stays in the PID namespace of the host, and its last call is a clone(2) into that of a
 * running container. The clone, the heir, makes the remaining calls and becomes the command. With CLONE_PARENT it is a
 * child of the supervisor like the first process.
 *
 * From its first instruction, processes of the container with CAP_SYS_PTRACE can do anything with the heir. So it has
 * no descriptor and no memory that the supervisor relies on: its rows are in `$exposed`, a copy of the arena. What it
 * reports there is checked to be one of its rows and an errno. The kernel writes its PID into the arena itself.
 */
export const exposureSteps: readonly Step[] = [
  inside(
    'the memory to which the kernel writes the PID of the heir, for the supervisor',
    call('mmap', HEIR_ADDRESS, HEIR_BYTES, 'PROT_READ|PROT_WRITE', 'MAP_SHARED|MAP_FIXED', '$arena', 0),
  ),
  inside(
    'the heir does not have this memory: processes of the container may control the heir',
    call('madvise', HEIR_ADDRESS, HEIR_BYTES, 'MADV_DONTFORK'),
  ),
  inside(
    'the remaining calls come from a copy of the arena, which processes of the container may change',
    call('mmap', ARENA_ADDRESS, ARENA_BYTES, 'PROT_READ|PROT_WRITE', 'MAP_SHARED|MAP_FIXED', '$exposed', 0),
  ),
];

/** The heir must have the privileges of the container before. `further` are more flags of clone(2). */
export const heirStep = (...further: readonly string[]): Step =>
  inside(
    'a child of the supervisor, with only the privileges of the container from its first instruction',
    call(
      'clone',
      ['CLONE_PARENT', 'CLONE_PARENT_SETTID', ...further].join('|'),
      0,
      HEIR_ADDRESS + HEIR_OFFSET,
    ),
  );

export const isHeirClone = (step: Step): boolean =>
  step.call === 'clone' && String(step.args[0]).includes('CLONE_PARENT');

/** The row after which the process uses `$exposed`. */
export const isExposure = (step: Step): boolean => step.call === 'mmap' && step.args.includes('$exposed');
