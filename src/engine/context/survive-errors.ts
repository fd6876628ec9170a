import type { Diagnostic } from '../../base/diagnostic.ts';
import { stackOf } from '../../base/node/stack.ts';
import type { ProjectPaths } from '../directories/project-paths.ts';
import { complain } from './complain.ts';
import { leaveNotice } from './notices.ts';

/**
 * Reports an error of the supervisor itself: the stack in the log, a warning for the next command. The supervisor
 * continues, because the containers need it for their logs and exit codes.
 */
export const complainOf = ({ complaints, notices }: ProjectPaths, error: unknown): void => {
  complain(stackOf(error));
  leaveNotice(notices, { ...ERROR, facts: [['error', String(error)]], notes: [`its log is ${complaints}`] });
};

/** Uncaught errors do not end this process. */
export const surviveErrors = (paths: ProjectPaths): void => {
  process.on('uncaughtException', (error) => complainOf(paths, error));
  process.on('unhandledRejection', (error) => complainOf(paths, error));
};

const ERROR: Diagnostic = {
  severity: 'warning',
  code: 'supervisor-error',
  message: 'an error occurred in the supervisor of this project; the supervisor and the containers continue',
};
