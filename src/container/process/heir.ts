import { exposureSteps, heirStep } from '../../kernel/arena/heir.ts';
import { call, inside, type Step } from '../../kernel/program/program.ts';
import type { Container } from '../facts.ts';
import type { OciProcess } from '../oci.ts';
import { descriptors, hiddenStep, mortalStep, reportStep } from './birth.ts';
import { onlyStreamsStep } from './command.ts';
import { stageSteps } from './stage.ts';

/** The process becomes the stage, which alone can make the clone(2), and keeps what the clone or the heir needs. */
export const heirStageSteps = (container: Container): readonly Step[] => [
  ...stageSteps(container.config.process.env, ['$arena', '$sync', '$status', '$exposed']),
  // An execve(2) makes it dumpable again.
  hiddenStep,
];

/**
 * The last steps of a process in the PID namespace of the host: the heir, in the PID namespace of another container,
 * becomes the command. A process with CAP_SYS_PTRACE there could use everything that a process has in a container's
 * start: paths, descriptors and privileges of the host.
 */
export const successionSteps = (container: Container, confinement: readonly Step[]): readonly Step[] => [
  // A change of the user may make it dumpable again.
  hiddenStep,
  ...exposureSteps,
  inside(CLOSED, call('close', '$arena')),
  inside(CLOSED, call('close_range', descriptors(container).indexOf('$status') + 1, 0xffffffff, '')),
  onlyStreamsStep,
  ...confinement,
  heirStep(),
];

const CLOSED = 'a process with CAP_SYS_PTRACE in the container must not find descriptors of the host';

/** The first steps of the heir. */
export const heirInfancySteps: readonly Step[] = [mortalStep('container'), reportStep];

/**
 * The resource limits before and after the clone. The process that makes it counts against RLIMIT_NPROC as well, and so
 * does the clone. setresuid(2) may exceed the limit by one, clone(2) may not.
 */
export const limitsBefore = (process: OciProcess): OciProcess => ({
  ...process,
  rlimits: process.rlimits.map((limit) =>
    isLater(limit) && limit.hard >= 0 ? { ...limit, soft: limit.hard + 2, hard: limit.hard + 2 } : limit,
  ),
});

export const limitsAfter = (process: OciProcess): OciProcess => ({
  ...process,
  rlimits: process.rlimits.filter(isLater),
});

const isLater = ({ type }: OciProcess['rlimits'][number]): boolean => type === 'RLIMIT_NPROC';
