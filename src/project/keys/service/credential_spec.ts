import { mapping, text } from '../kinds.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...mapping('credential specification', {
    config: { ...text(), description: 'Config with the specification.' },
    file: { ...text(), description: 'File with the specification.' },
    registry: { ...text(), description: 'Value of the Windows registry with the specification.' },
  }),
  foreign: 'credentials of a managed account, on Windows',
};
