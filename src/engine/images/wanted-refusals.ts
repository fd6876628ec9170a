import type { Diagnostic, ModelPath } from '../../base/diagnostic.ts';
import type { WantedImage } from '../../project/model/project.ts';

export const mountedImageNotThere = (from: ModelPath, { reference }: WantedImage): Diagnostic => ({
  severity: 'error',
  code: 'no-image',
  message: `the image \`${reference}\` is not on this machine`,
  from,
  help: 'fetch it with `tscompose pull`, or bring it with `tscompose load FILE`',
});

export const imageNotThere = (service: string, { reference }: WantedImage): Diagnostic => ({
  severity: 'error',
  code: 'no-image',
  message: `the image \`${reference}\` is not on this machine`,
  from: `services.${service}.image`,
  help: 'fetch it with `tscompose pull`, bring it with `tscompose load FILE`, or set `rootfs:` to a directory with its files',
});

export const archiveNotRead = (service: string, { archive }: WantedImage): Diagnostic => ({
  severity: 'error',
  code: 'no-image',
  message: `the archive ${archive} has not been read yet`,
  from: `services.${service}.rootfs`,
  help: '`tscompose create` or `up` reads it; it is read again when the file has changed',
});

export const notBuilt = (service: string, { reference }: WantedImage): Diagnostic => ({
  severity: 'error',
  code: 'no-image',
  message: `the image \`${reference}\` of \`${service}\` is not built yet`,
  from: `services.${service}.build`,
  label: 'nothing is built here',
  help: `build it elsewhere and bring it with \`tscompose load FILE\`, or set \`rootfs:\``,
});
