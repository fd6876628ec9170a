import { Problem } from '../../base/diagnostic.ts';
import { type Lack, lacks } from './docker-compose.ts';

/** One sentence about a command or an option of Docker Compose that is not here: `up --build`. */
export function notHere(what: string, lack?: Lack): Problem {
  const message = `\`${what}\` is not supported${lack ? `: ${lacks[lack]}` : ' yet'}`;
  return new Problem({ severity: 'error', code: 'not-supported', message });
}
