import type { Template } from '../show/go-template.ts';
import { imageInspectFields } from '../show/image-json.ts';
import { type ImageFormat, imageFields } from '../show/image-list.ts';
import { usageFields } from '../show/usage-list.ts';
import { inspectFields } from '../show/volume-json.ts';
import { type VolumeFormat, volumeFields } from '../show/volume-list.ts';
import {
  agedPruneCondition,
  type LabelCondition,
  labelCondition,
  listFormat,
  objectFormat,
  patternOf,
  pruneCondition,
  splitCondition,
  truthOf,
  type UntilCondition,
} from './list-values.ts';

/** A condition on volumes. */
export type VolumeFilter =
  | { readonly key: 'name'; readonly pattern: RegExp }
  | { readonly key: 'driver'; readonly driver: string }
  | { readonly key: 'dangling'; readonly isUnused: boolean }
  | LabelCondition
  | { readonly key: 'all'; readonly all: boolean };

/** The conditions of `docker volume ls`. */
export function volumeFilter(text: string): VolumeFilter {
  const [key, value] = splitCondition(text);
  switch (key) {
    case 'name':
      return { key, pattern: patternOf(value) };
    case 'driver':
      return { key, driver: value };
    case 'dangling':
      return { key, isUnused: truthOf(value) };
    case 'label':
      return labelCondition(value, true);
    default:
      throw new TypeError('expected `name=`, `label=`, `dangling=` or `driver=` and a value');
  }
}

/** The conditions of `docker volume prune`. */
export function pruneFilter(text: string): VolumeFilter {
  const [key, value] = splitCondition(text);
  return key === 'all' ? { key, all: truthOf(value) } : pruneCondition(text);
}

/** `table`, `json`, or a template in Go's syntax. */
export function volumeFormat(text: string): VolumeFormat {
  return listFormat(text, volumeFields, '{{.Name}}');
}

/** `json`, or a template in Go's syntax; undefined for neither. */
export function inspectFormat(text: string): 'json' | Template | undefined {
  return objectFormat(text, inspectFields, '{{.Mountpoint}}');
}

/** `table`, `json`, or a template in Go's syntax. */
export function usageFormat(text: string): VolumeFormat {
  return listFormat(text, usageFields, '{{.Type}}');
}

/** `table`, `json`, or a template in Go's syntax. */
export function imageFormat(text: string): ImageFormat {
  return listFormat(text, imageFields, '{{.Repository}}');
}

/** `json`, or a template in Go's syntax; undefined for neither. */
export function imageInspectFormat(text: string): 'json' | Template | undefined {
  return objectFormat(text, imageInspectFields, '{{.Id}}');
}

/** A condition on images. */
export type ImageFilter =
  | { readonly key: 'dangling'; readonly isDangling: boolean }
  | { readonly key: 'reference'; readonly pattern: RegExp }
  | LabelCondition
  | UntilCondition;

/** The conditions of `docker image ls`. */
export function imageFilter(text: string): ImageFilter {
  const [key, value] = splitCondition(text);
  switch (key) {
    case 'dangling':
      return { key, isDangling: truthOf(value) };
    case 'reference':
      return { key, pattern: globOf(value) };
    case 'label':
      return labelCondition(value, true);
    default:
      throw new TypeError('expected `dangling=`, `reference=` or `label=` and a value');
  }
}

/** The conditions of `docker image prune`. */
export const imagePruneFilter: (text: string) => LabelCondition | UntilCondition = agedPruneCondition;

/** The conditions of `docker system prune`. */
export const systemPruneFilter: (text: string) => LabelCondition | UntilCondition = agedPruneCondition;

/** `key=value`, or a key alone. */
export function pair(text: string): readonly [key: string, value: string] {
  const [key = '', ...value] = text.split('=');
  if (key === '') throw new TypeError('expected `key=value`');
  return [key, value.join('=')];
}

/** A pattern of a shell, in which `*` stops at a slash. */
function globOf(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}
