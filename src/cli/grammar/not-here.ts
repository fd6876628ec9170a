import { Problem } from '../../base/diagnostic.ts';
import { type Lack, lacks } from './docker-compose.ts';

/** One sentence about a command or an option of Docker Compose that is not here. */
export function notHere(kind: 'command' | 'option', name: string, lack?: Lack): Problem {
  const message = `unknown ${kind} \`${name}\`: not supported here${lack ? `; ${lacks[lack]}` : ' yet'}`;
  return new Problem({ severity: 'error', code: 'not-supported', message });
}
