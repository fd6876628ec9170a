import { isActive, type Status } from '../../base/status.ts';
import type { ListedProject } from '../../engine/doors/list-projects.ts';
import type { LsOptions } from '../commands/ls.ts';
import type { Invocation } from '../grammar/command.ts';
import { table } from '../show/table.ts';

export const ls = async ({ options }: Invocation<LsOptions>): Promise<number> => {
  const { listProjects } = await import('../../engine/doors/list-projects.ts');
  process.stdout.write(
    linesOf(listProjects(), options)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return 0;
};

/** Keys and texts are those of Docker Compose. */
export function linesOf(
  projects: readonly ListedProject[],
  { all, filter, format, quiet }: LsOptions,
): readonly string[] {
  const shown = projects
    .map(({ states, ...project }) => ({
      ...project,
      states: all ? states : states.filter((state) => isActive(state)),
    }))
    .filter(({ name, states }) => states.length > 0 && isMatch(name, filter))
    .map(({ name, states, files }) => ({
      Name: name,
      Status: countText(states),
      ConfigFiles: files.join(',') || 'N/A',
    }));
  if (quiet) return shown.map(({ Name }) => Name);
  switch (format) {
    case 'table':
      return table(
        ['NAME', 'STATUS', 'CONFIG FILES'],
        shown.map((project) => Object.values(project)),
        { least: 20 },
      );
    case 'json':
      return [JSON.stringify(shown)];
    default:
      return format satisfies never;
  }
}

function isMatch(name: string, patterns: readonly RegExp[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => pattern.test(name));
}

/** `exited(1), running(2)`. */
function countText(states: readonly Status[]): string {
  const counts = new Map<Status, number>();
  for (const state of states.toSorted()) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${state}(${count})`).join(', ');
}
