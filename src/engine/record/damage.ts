import { existsSync, renameSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { makeDirectories } from '../../kernel/make-directories.ts';
import type { Context } from '../context/context.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';

/** A record that cannot be used, and the state that is found without it. */
export type Damage = {
  /** The problem of the file: `is empty`. */
  readonly reason: string;
  /** Names of running containers. */
  readonly running: readonly string[];
};

/** The error for every call except `down`; `supervisor`: its PID, if one runs. */
export const damageDiagnostic = (
  project: string,
  paths: ProjectPaths,
  { reason, running }: Pick<Damage, 'reason'> & Partial<Damage>,
  supervisor?: number,
): Diagnostic => ({
  severity: 'error',
  code: 'damaged-record',
  message: `the record of project \`${project}\` ${reason}`,
  facts: [
    ['record', paths.record],
    ['kept', `${paths.layers} (what containers have written), ${paths.logs}`],
    ...(running ? [['running', running.length === 0 ? 'no container' : running.join(', ')] as const] : []),
  ],
  help: `\`tscompose -p ${project} down\` removes the containers and keeps these files in ${asideOf(paths)}; or put a good record back${supervisor === undefined ? '' : ` and end process ${supervisor}, the supervisor: containers go on`}`,
});

/** The warning that an older record is used. */
export const fallbackDiagnostic = (project: string, paths: ProjectPaths, reason: string): Diagnostic => ({
  severity: 'warning',
  code: 'damaged-record',
  message: `the record of project \`${project}\` ${reason}, so the previous one is used`,
  facts: [
    ['damaged', `${paths.record}.damaged`],
    ['used', paths.previousRecord],
  ],
  notes: ['containers that were recreated since then are shown in their earlier state'],
});

/** Sets the state of the project aside when none of its containers runs; the next `up` begins a new one. */
export const setAside = (context: Context): Diagnostic => {
  const { paths } = context;
  const aside = asideOf(paths);
  renameSync(paths.state, aside);
  makeDirectories(paths.layers);
  context.damage = undefined;
  context.resume();
  return {
    severity: 'warning',
    code: 'damaged-record',
    message: 'the record was damaged, so logs and layers are kept',
    facts: [['kept', aside]],
    help: 'delete the directory when nothing in it is needed',
  };
};

/** Whether an entry of the state directory has a name that `setAside` gives; that of a project has no dot. */
export const isNameOfKept = (name: string): boolean => /\.damaged(-\d+)?$/.test(name);

const asideOf = ({ state }: ProjectPaths): string => {
  for (let number = 1; ; number++) {
    const aside = number === 1 ? `${state}.damaged` : `${state}.damaged-${number}`;
    if (!existsSync(aside)) return aside;
  }
};
