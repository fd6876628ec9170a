import { text } from '../kinds.ts';
import { byName } from '../parts/by-name.ts';
import { material } from '../parts/material.ts';
import type { Value } from '../value.ts';

const config = material('config', {
  content: { ...text(), description: 'Inline content, with variables replaced.' },
});

export const key: Value = {
  ...byName(config),
  description: 'The configuration files that services are given.',
};
