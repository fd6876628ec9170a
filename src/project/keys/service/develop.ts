import { boolean, choice, list, mapping, oneOrList, orNothing, text } from '../kinds.ts';
import { asPath } from '../long-forms.ts';
import { hookKeys } from '../parts/hook.ts';
import type { Value } from '../value.ts';

const rule = mapping(
  'watch rule',
  {
    path: {
      ...text(),
      longForm: asPath,
      description: 'File or directory to watch, relative to the Compose file.',
    },
    action: {
      ...choice('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
      description: 'What to do when it changes.',
    },
    target: {
      ...text(),
      description: 'Where files are copied to, in the container; needed by `sync`.',
    },
    ignore: { ...oneOrList(text()), description: 'Patterns of files that are passed over.' },
    include: { ...oneOrList(text()), description: 'Patterns of files that are watched, all by default.' },
    initial_sync: { ...boolean(), description: 'Copy everything once at the beginning.' },
    exec: { ...mapping('hook', hookKeys, ['command']), description: 'Command to run after a copy.' },
  },
  ['path', 'action'],
);

export const key: Value = {
  ...orNothing(
    mapping('development', { watch: { ...list(rule), description: 'What to watch, and what to do.' } }),
  ),
  unsupported: 'what to do when source files change',
};
