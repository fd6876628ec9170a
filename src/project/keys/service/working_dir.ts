import { flaw, orEmpty, type Parsed } from '../../scalars/flaw.ts';
import { text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...text(orEmpty(readAbsolute)),
  description: 'Directory in which the command starts, `/` by default.',
  model: (workingDir) => ({ workingDir }),
};

function readAbsolute(path: string): Parsed<string> {
  return path.startsWith('/')
    ? { value: path }
    : flaw('be an absolute path', 'expected a path that begins with `/`');
}
