import { boolean, choice, list, mapping, orNothing, text, textOrList } from './fields.ts';
import { hookKeys } from './hooks.ts';

/** Builds the schema of `develop`. */
export function developSchema() {
  const rule = mapping(
    'watch rule',
    {
      path: text().describe('File or directory to watch, relative to the Compose file.'),
      action: choice('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec').describe(
        'What to do when it changes.',
      ),
      target: text().describe('Where files are copied to, in the container; needed by `sync`.'),
      ignore: textOrList(text()).describe('Patterns of files that are passed over.'),
      include: textOrList(text()).describe('Patterns of files that are watched, all by default.'),
      initial_sync: boolean().describe('Copy everything once at the beginning.'),
      exec: mapping('hook', hookKeys(), ['command']).describe('Command to run after a copy.'),
    },
    ['path', 'action'],
  );
  return orNothing(mapping('development', { watch: list(rule).describe('What to watch, and what to do.') }));
}
