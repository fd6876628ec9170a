import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/text/typo.ts';
import { readVolumeName } from '../../project/scalars/volume-name.ts';
import type { StoredVolume } from './stored-volume.ts';
import type { VolumeUse } from './volume-users.ts';

/** Throws a Problem if a volume cannot have the name. */
export const checkName = (name: string): void => {
  const read = readVolumeName(name);
  if ('value' in read) return;
  const { must, label } = read.flaw;
  throw new Problem({
    severity: 'error',
    code: 'invalid-volume-name',
    message: `\`${shortened(name)}\` must ${must}`,
    ...(label && { notes: [label] }),
  });
};

export const noVolume = (name: string, known: Iterable<string>): Diagnostic => {
  const near = didYouMean(name, known);
  return {
    severity: 'error',
    code: 'no-volume',
    message: `no such volume: ${shortened(name)}`,
    help: near ? `did you mean \`${near}\`?` : '`tscompose volume ls` lists the volumes of this machine',
  };
};

export const inUse = (name: string, uses: readonly VolumeUse[]): Diagnostic => {
  const containers = uses.map(({ project, container }) => `${container} (project ${project})`);
  return {
    severity: 'error',
    code: 'volume-in-use',
    message:
      containers.length > 0
        ? `the volume \`${name}\` is in use by ${containers.join(', ')}`
        : `the volume \`${name}\` is in use by a supervisor`,
    help:
      uses.length > 0
        ? `\`tscompose -p ${uses[0]!.project} down\` removes the containers`
        : 'try again when the command that uses it has ended',
  };
};

/** A damaged record may hide a container with the volume. */
export const maybeInUse = (name: string, project: string): Diagnostic => ({
  severity: 'error',
  code: 'volume-in-use',
  message: `the volume \`${name}\` may be in use by \`${project}\`, whose record is damaged`,
  help: `\`tscompose -p ${project} down\` removes the containers of that project`,
});

export const isMounted = (name: string, mounts: readonly string[]): Diagnostic => ({
  severity: 'error',
  code: 'not-removed',
  message: `the volume \`${name}\` has a mount in it`,
  facts: mounts.map((path) => ['mount', path]),
  help: 'run `umount` on the path first; the volume is as it was',
});

export const differentVolume = ({ name, options }: Pick<StoredVolume, 'name' | 'options'>): Diagnostic => ({
  severity: 'error',
  code: 'name-in-use',
  message: `the volume \`${name}\` exists with other options`,
  facts: Object.entries(options),
  help: `choose another name, or remove it first: \`tscompose volume rm ${name}\``,
});

const shortened = (name: string): string => (name.length > 80 ? `${name.slice(0, 80)}…` : name);
