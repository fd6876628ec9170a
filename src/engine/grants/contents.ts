import type { Diagnostic } from '../../base/diagnostic.ts';
import { type Contents, contentKey } from '../../project/model/grant-contents.ts';
import type { Grant } from '../../project/model/project.ts';
import { grantFileProblem, readGrantFile } from '../../project/read/grant-file.ts';

/** The content of a config or secret now, from its file or among those that `up` brought; or what is wrong with it. */
export const contentOf = (grant: Grant, contents: Contents): Buffer | Diagnostic => {
  const { source } = grant;
  if (source.kind === 'file')
    try {
      return readGrantFile(source.path);
    } catch (error) {
      return grantFileProblem(grant, source.path, error as NodeJS.ErrnoException);
    }
  const key = contentKey(grant);
  return Object.hasOwn(contents, key) ? Buffer.from(contents[key]!) : unknownContent(grant);
};

export const isContent = (content: Buffer | Diagnostic): content is Buffer => Buffer.isBuffer(content);

// The contents that an earlier `up` brought end with the machine.
const unknownContent = ({ kind, key, source, from }: Grant): Diagnostic => {
  const isVariable = source.kind === 'environment';
  const reason = isVariable ? `the variable \`${source.variable}\` was` : 'the Compose file was';
  return {
    severity: 'error',
    code: 'unset-variable',
    message: `the content of the ${kind} \`${key}\` is not known: ${reason} not read since this machine started`,
    from,
    notes: ['contents from variables and Compose files are kept in memory only'],
    help: isVariable
      ? `run \`tscompose up\` with \`${source.variable}\` set`
      : 'run `tscompose up`, which reads the Compose file',
  };
};
