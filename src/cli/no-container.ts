import { Problem } from '../base/diagnostic.ts';

/** For commands that need containers, of a project that has none. */
export function noContainer(project: string): never {
  throw new Problem({
    severity: 'error',
    code: 'no-container',
    message: `no containers for project "${project}"`,
    help: 'create them with `tscompose up`',
  });
}
