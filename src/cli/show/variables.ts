import { stringify } from 'yaml';
import type { Mention } from '../../project/read/interpolate.ts';
import { table } from './table.ts';

/** The variables of the files as a table, or in the key names of Docker Compose. */
export function printVariables(variables: readonly Mention[], format: 'yaml' | 'json' | undefined): string {
  if (format === undefined) return `${tableOf(variables).join('\n')}\n`;
  const byName = Object.fromEntries(variables.map((variable) => [variable.name, inDockersWords(variable)]));
  return format === 'json' ? `${JSON.stringify(byName)}\n` : stringify(byName, { lineWidth: 0 });
}

function tableOf(variables: readonly Mention[]): string[] {
  const rows = variables.map(({ name, isRequired, preset = '', replacement = '' }) => [
    name,
    String(isRequired),
    preset,
    replacement,
  ]);
  return table(['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'], rows);
}

function inDockersWords({ name, isRequired, preset = '', replacement = '' }: Mention) {
  return { Name: name, DefaultValue: preset, PresenceValue: replacement, Required: isRequired };
}
