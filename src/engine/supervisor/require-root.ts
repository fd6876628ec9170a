import { type Diagnostic, Problem } from '../../base/diagnostic.ts';

/** Throws a Problem if this process is not root's. */
export const requireRoot = (): void => {
  if (process.geteuid?.() !== 0) throw new Problem(NOT_ROOT);
};

const NOT_ROOT: Diagnostic = {
  severity: 'error',
  code: 'not-root',
  message: 'this command must run as root',
  facts: [['user', String(process.geteuid?.())]],
  help: 'run with sudo; `config`, `explain` and `doctor` need no root',
};
