import type { Diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/text/typo.ts';
import type { Offered } from '../../images/sources/layout.ts';
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

/** By a command that has not recorded a container yet. */
export const imageHeld = (name: string): Diagnostic => ({
  severity: 'error',
  code: 'image-in-use',
  message: `the image \`${name}\` is in use by a running command, which fetches it or starts a container of it`,
  help: 'wait for the command; with `--force` only the name is removed',
});

export const invalidName = (
  text: string,
  { must, label }: { readonly must: string; readonly label?: string },
): Diagnostic => ({
  severity: 'error',
  code: 'invalid-image-name',
  message: `\`${text}\` must ${must}`,
  ...(label && { notes: [label] }),
});

/** One name for all of them would be that of the last one. */
export const severalImages = (archive: string, tag: string, offered: readonly Offered[]): Diagnostic => ({
  severity: 'error',
  code: 'ambiguous-image',
  message: `\`${tag}\` can name one image, and ${archive} has several`,
  facts: offered.map(({ which, name }) => ['image', name ?? which.slice(0, 19)]),
  help: 'leave out `--tag`: each image gets the name that it has in the archive',
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
