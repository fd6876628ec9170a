import { call, inside, type Ref, type Step } from '../../kernel/program/program.ts';

/**
 * The process becomes the stage (`kernel/direct/stage.ts`) with either runner, and continues with the next step. Only
 * the stage can make the clone(2) that follows: V8 marks its heap MADV_DONTFORK, so a clone of Node has no heap.
 */
export const stageSteps = (
  env: readonly string[],
  kept: readonly Ref[],
  origin: Pick<Step, 'from'> = {},
): readonly Step[] => [
  ...kept.map((ref) =>
    inside(
      'another program makes the remaining calls, so these descriptors stay open on exec',
      call('fcntl', ref, 'F_SETFD', 0),
    ),
  ),
  inside(
    'becomes a program of a few hundred bytes, without memory of the supervisor',
    call('execveat', '$host.init', '', ['init'], env, 'AT_EMPTY_PATH'),
    origin,
  ),
];
