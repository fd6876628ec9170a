import { ARGUMENT, FIRST_HIDDEN } from './layout.ts';

export type Guarded = {
  readonly project: string;
  /** The files of the project that the guardian writes to. */
  readonly exits: string;
  readonly complaints: string;
  readonly notices: string;
  /** The line that it appends to the notices when it gives up. */
  readonly notice: string;
  /** Starts the supervisor, or watches one that runs: it has got `PAIR` and `PIDFD` from that then. */
  readonly task: 'start' | 'watch';
  /** The path of the supervisor's program and its arguments, from the name on. */
  readonly program: readonly string[];
};

/** The arguments of a guardian, from the name on. */
export const guardianWords = ({ project, program, ...rest }: Guarded): readonly string[] => [
  ...shownWords(project),
  ...(Object.keys(ARGUMENT) as (keyof typeof ARGUMENT)[]).flatMap((name) =>
    name === 'program' ? program : [rest[name]],
  ),
];

/** Their visible part in /proc. */
export const shownWords = (project: string): readonly string[] =>
  ['tscompose', 'guardian', project].slice(0, FIRST_HIDDEN);
