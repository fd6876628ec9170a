import { release } from 'node:os';
import { stackOf } from '../../../base/node/stack.ts';
import { version } from '../../../base/version.ts';

/** Reports an unexpected error: the only output that contains a stack. */
export function reportBug(error: unknown): number {
  process.stderr.write(
    `bug: unexpected error in tscompose; please report it with these lines\n${stackOf(error)}\n` +
      `tscompose ${version}, Node ${process.versions.node}, Linux ${release()} ${process.arch}\n`,
  );
  return 1;
}
