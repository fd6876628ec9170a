import * as z from 'zod';
import { boolean, choice, type Keys, list, mapping, text, textOrList } from './fields.ts';

/** Keys that name files from which other keys of the service are filled. */
export function fileKeys(): Keys {
  return {
    env_file: () =>
      z
        .union([text(), list(envFileSchema())])
        .describe('Files with environment variables; `environment` has the last word, then later files.'),
    label_file: () =>
      textOrList(text()).describe('Files with labels; `labels` has the last word, then later files.'),
  };
}

function envFileSchema() {
  const long = mapping(
    'env file',
    {
      path: text().describe('The file, relative to the project.'),
      required: boolean().describe('Refuse to go on without it, true by default.'),
      format: choice('raw').describe(
        'How it is written: `raw` takes every value as it stands, quotes and dollars included.',
      ),
    },
    ['path'],
  );
  return z.union([text(), long]);
}
