import { oneOrList, text } from '../kinds.ts';
import { asFiles } from '../parts/local-files.ts';
import type { Value } from '../value.ts';

export const key: Value = {
  ...oneOrList(text()),
  longForm: asFiles,
  templateForm: asFiles,
  description: 'Files with labels; `labels` overrides them, and later files override earlier ones.',
};
