import { boolean, choice, list, mapping, oneOrList, orNothing, text } from '../kinds.ts';
import { asPath, oneToList } from '../long-forms.ts';
import { hookKeys } from '../parts/hook.ts';
import type { Value } from '../value.ts';

const rule = mapping(
  'watch rule',
  {
    path: {
      ...text(),
      longForm: asPath,
      templateForm: asPath,
      description: 'File or directory to watch, relative to the Compose file.',
    },
    action: {
      ...choice('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
      description: 'Action after a change.',
    },
    target: {
      ...text(),
      description: 'Path in the container to copy files to; required by `sync`.',
    },
    ignore: { ...oneOrList(text()), templateForm: oneToList, description: 'Patterns of files to ignore.' },
    include: {
      ...oneOrList(text()),
      templateForm: oneToList,
      description: 'Patterns of files to watch, all by default.',
    },
    initial_sync: { ...boolean(), description: 'Copy all files once at the beginning.' },
    exec: {
      ...mapping('hook', hookKeys, ['command']),
      blank: { command: null },
      description: 'Command to run after a copy.',
    },
  },
  ['path', 'action'],
);

export const key: Value = {
  ...orNothing(mapping('development', { watch: { ...list(rule), description: 'Watch rules.' } })),
  unsupported: 'actions after changes of source files',
};
