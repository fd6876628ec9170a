import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file of settings that the `docker` command has for a user. */
export const dockerConfigPath = ({ DOCKER_CONFIG, HOME = '/' }: NodeJS.ProcessEnv): string =>
  join(DOCKER_CONFIG || join(HOME, '.docker'), 'config.json');

/** A setting that is a text, such as `psFormat`; undefined if the file is missing, unreadable or no JSON. */
export const dockerSetting = (environment: NodeJS.ProcessEnv, name: string): string | undefined => {
  try {
    const found: unknown = JSON.parse(readFileSync(dockerConfigPath(environment), 'utf8'))[name];
    return typeof found === 'string' && found !== '' ? found : undefined;
  } catch {
    return undefined;
  }
};
