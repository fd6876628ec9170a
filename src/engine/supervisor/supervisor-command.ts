import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { type Guarded, guardianWords } from '../../kernel/guardian/command-line.ts';
import { SMALL } from '../../kernel/reexec/flags.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { ownVariables } from './own-variables.ts';

/** RLIMIT_NOFILE of containers. */
export type Limit = { readonly soft: number; readonly hard: number };

/** A program, its arguments from the name on, and its environment. */
export type Command = {
  readonly path: string;
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
};

/**
 * The ways to start a supervisor, the best one first: by its guardian, which is a file of the package, or without one.
 * Then it starts a guardian itself. Standard input, output and error are for the supervisor.
 */
export const supervisorCommands = (paths: ProjectPaths, limit: Limit): readonly Command[] => {
  const environment = ownVariables(process.env);
  const [path = '', ...words] = supervisorProgram(paths, limit);
  return [
    { path: shippedGuardian(), words: guardianOf(paths, limit, 'start'), environment },
    { path, words, environment },
  ];
};

/** The arguments of a guardian. */
export const guardianOf = (paths: ProjectPaths, limit: Limit, task: Guarded['task']): readonly string[] =>
  guardianWords({
    project: paths.project,
    exits: paths.exits,
    complaints: paths.complaints,
    notices: paths.notices,
    notice: `${JSON.stringify(gaveUp(paths))}\n`,
    task,
    program: supervisorProgram(paths, limit),
  });

const supervisorProgram = ({ project }: ProjectPaths, { soft, hard }: Limit): readonly string[] => [
  process.execPath,
  'tscompose',
  ...SMALL,
  ...['--', process.argv[1] as string, 'supervise', project, String(soft), String(hard)],
];

/** Its path in a package that was built. */
export const shippedGuardian = (): string =>
  join(dirname(realpathSync(process.argv[1] as string)), `guardian-${process.arch}`);

const gaveUp = ({ complaints }: ProjectPaths): Diagnostic => ({
  severity: 'warning',
  code: 'supervisor-error',
  message: 'the supervisor of this project ended again and again, and was not started any more',
  notes: ['containers went on without one: they were not restarted', `its log is ${complaints}`],
});
