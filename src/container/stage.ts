import { call, inside, type Step } from '../kernel/program.ts';

/**
 * The process becomes the stage (`kernel/direct/stage.ts`), whatever it was, and goes on with the next step: only the
 * stage can make the clone(2) that follows. V8 keeps its heap out of a clone, and nothing else is as small.
 */
export const stageSteps = (env: readonly string[], origin: Pick<Step, 'from'> = {}): readonly Step[] => [
  ...(['$arena', '$status'] as const).map((ref) =>
    inside('the calls that remain are those of another program', call('fcntl', ref, 'F_SETFD', 0)),
  ),
  inside(
    'becomes a program of a few hundred bytes, with nothing of the supervisor in its memory',
    call('execveat', '$host.init', '', ['init'], env, 'AT_EMPTY_PATH'),
    origin,
  ),
];
