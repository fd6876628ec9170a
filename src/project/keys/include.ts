import * as z from 'zod';
import { list, mapping, text, textOrList } from './fields.ts';

/** Builds the schema of `include`: files, or files with what they know. */
export function includeSchema() {
  const inclusion = mapping(
    'inclusion',
    {
      path: textOrList(text()).describe(
        'The file, or several that are merged; the first says where they stand.',
      ),
      project_directory: text().describe('Base of its relative paths, the directory of the file by default.'),
      env_file: textOrList(text()).describe('Files of variables, the `.env` of that directory by default.'),
    },
    ['path'],
  );
  return list(z.union([text(), inclusion]));
}
