import { containerFields } from '../show/container-json.ts';
import type { ListFormat } from '../show/container-list.ts';
import { goTemplate } from '../show/go-template.ts';

/** The states of Docker; a container here is never in some of them. */
export const psStates = ['created', 'running', 'paused', 'restarting', 'removing', 'dead', 'exited'] as const;

export function psState(text: string): string {
  if (!psStates.some((state) => state === text))
    throw new TypeError(`expected one of ${psStates.join(', ')}`);
  return text;
}

/** The state in `status=exited`, the only filter that Docker Compose has. */
export function statusFilter(text: string): string {
  const [, state] = /^status=(.*)$/.exec(text) ?? [];
  if (state === undefined) throw new TypeError(`expected \`status=\` with one of ${psStates.join(', ')}`);
  return psState(state);
}

/** `table`, `json`, `json-array`, or a template in Go's syntax. */
export function psFormat(text: string): ListFormat {
  if (text === '' || text === 'table' || text === 'json' || text === 'json-array') return text || 'table';
  if (!text.includes('{{'))
    throw new TypeError('expected table, json, json-array or a template such as `{{.Name}}`');
  return goTemplate(text, containerFields);
}
