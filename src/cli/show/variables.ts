import { stringify } from 'yaml';
import type { Mention } from '../../project/read/interpolate.ts';
import { table } from './table.ts';

/** The variables of the files as a table, or in the form of Docker Compose, whose YAML has other keys than its JSON. */
export function printVariables(variables: readonly Mention[], format: 'yaml' | 'json' | undefined): string {
  if (format === undefined) return `${tableOf(variables).join('\n')}\n`;
  const byName = Object.fromEntries(
    variables.map(({ name, isRequired, preset = '', replacement = '' }) => [
      name,
      format === 'json'
        ? { Name: name, DefaultValue: preset, PresenceValue: replacement, Required: isRequired }
        : { name, defaultvalue: preset, presencevalue: replacement, required: isRequired },
    ]),
  );
  return format === 'json'
    ? `${JSON.stringify(byName, null, 4)}\n`
    : stringify(byName, { indent: 4, lineWidth: 0 });
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
