import type { Step } from '../../kernel/program/program.ts';
import type { Container } from '../facts.ts';
import { writeIfThere, writeInside } from '../root/files.ts';

const FILE = '/proc/self/oom_score_adj';

/** Sets the OOM score while /proc is the host's: that of another container's PID namespace has no /proc/self. */
export const oomScoreSteps = ({ config: { process } }: Container): readonly Step[] => {
  const { oomScoreAdj } = process;
  if (oomScoreAdj === 0) return DEFAULT;
  return writeInside(FILE, String(oomScoreAdj), 'the OOM score adjustment of the container', {
    from: 'oom_score_adj',
  });
};

const DEFAULT = writeIfThere(FILE, '0', 'the default OOM score, whatever the score of the supervisor');
