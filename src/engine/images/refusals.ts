import type { Diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/typo.ts';
import type { Fault } from '../../images/store/verify.ts';
import type { ImageUse } from './image-users.ts';

export const noSuchImage = (text: string, known: Iterable<string>): Diagnostic => {
  const near = didYouMean(text, known);
  return {
    severity: 'error',
    code: 'no-image',
    message: `no such image: ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`,
    help: near ? `did you mean \`${near}\`?` : '`tscompose image ls` lists the images of this machine',
  };
};

export const ambiguous = (text: string, ids: readonly string[]): Diagnostic => ({
  severity: 'error',
  code: 'ambiguous-image',
  message: `several images begin with \`${text}\``,
  facts: ids.map((id) => ['image', id]),
});

export const imageInUse = (name: string, uses: readonly ImageUse[]): Diagnostic => ({
  severity: 'error',
  code: 'image-in-use',
  message: `the image \`${name}\` is in use by ${uses.map(({ project, container }) => `${container} (project ${project})`).join(', ')}`,
  help: `\`tscompose -p ${uses[0]?.project} down\` removes the containers; with \`--force\` only the name is removed`,
});

export const severalNames = (id: string, names: readonly string[]): Diagnostic => ({
  severity: 'error',
  code: 'image-in-use',
  message: `the image \`${id}\` has several names`,
  facts: names.map((name) => ['name', name]),
  help: 'remove it by one of them, or all of them with `--force`',
});

/** A damaged record may hide a container with an image. */
export const maybeUsed = (project: string): Diagnostic => ({
  severity: 'error',
  code: 'image-in-use',
  message: `images may be in use by \`${project}\`, whose record is damaged`,
  help: `\`tscompose -p ${project} down\` removes the containers of that project`,
});

export const faulty = (name: string, faults: readonly Fault[]): Diagnostic => ({
  severity: 'error',
  code: 'damaged-image',
  message: `the image \`${name}\` is damaged`,
  facts: faults.map(({ digest, is }) => [digest.slice(0, 19), is]),
  help: '`tscompose rmi --force` on it, and fetch it again',
});
