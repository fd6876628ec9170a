import { flaw } from '../../scalars/flaw.ts';
import { text } from '../kinds.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<string> = {
  ...text(readAbsolute),
  description: 'Directory in which the command starts, `/` by default.',
  model: (workingDir) => ({ workingDir }),
};

function readAbsolute(path: string) {
  return path.startsWith('/')
    ? { value: path }
    : flaw('be an absolute path', 'expected a path that begins with `/`');
}
