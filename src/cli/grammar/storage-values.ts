import { goTemplate, type Template } from '../show/go-template.ts';
import { imageInspectFields } from '../show/image-json.ts';
import { type ImageFormat, imageFields } from '../show/image-list.ts';
import { usageFields } from '../show/usage-list.ts';
import { inspectFields } from '../show/volume-json.ts';
import { type VolumeFormat, volumeFields } from '../show/volume-list.ts';

/** A condition on volumes. */
export type VolumeFilter =
  | { readonly key: 'name'; readonly pattern: RegExp }
  | { readonly key: 'driver'; readonly driver: string }
  | { readonly key: 'dangling'; readonly isUnused: boolean }
  | LabelCondition
  | { readonly key: 'all'; readonly all: boolean };

type LabelCondition = {
  readonly key: 'label';
  readonly label: string;
  readonly value: string | undefined;
  readonly has: boolean;
};

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
  if (key === 'label') return labelCondition(value, true);
  if (key === 'label!') return labelCondition(value, false);
  if (key === 'all') return { key, all: truthOf(value) };
  throw new TypeError('expected `label=` or `label!=` and a value');
}

/** `table`, `json`, or a template in Go's syntax. */
export function volumeFormat(text: string): VolumeFormat {
  return listFormat(text, volumeFields, '{{.Name}}');
}

/** `json`, or a template in Go's syntax; undefined for neither. */
export function inspectFormat(text: string): 'json' | Template | undefined {
  if (text === '' || text === 'json') return text || undefined;
  if (!text.includes('{{')) throw new TypeError('expected json or a template such as `{{.Mountpoint}}`');
  return goTemplate(text, inspectFields);
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
  if (text === '' || text === 'json') return text || undefined;
  if (!text.includes('{{')) throw new TypeError('expected json or a template such as `{{.Id}}`');
  return goTemplate(text, imageInspectFields);
}

/** A condition on images. */
export type ImageFilter =
  | { readonly key: 'dangling'; readonly isDangling: boolean }
  | { readonly key: 'reference'; readonly pattern: RegExp }
  | LabelCondition;

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
export function imagePruneFilter(text: string): ImageFilter {
  const [key, value] = splitCondition(text);
  if (key === 'label') return labelCondition(value, true);
  if (key === 'label!') return labelCondition(value, false);
  throw new TypeError('expected `label=` or `label!=` and a value');
}

/** `key=value`, or a key alone. */
export function pair(text: string): readonly [key: string, value: string] {
  const [key = '', ...value] = text.split('=');
  if (key === '') throw new TypeError('expected `key=value`');
  return [key, value.join('=')];
}

function listFormat(text: string, fields: readonly string[], example: string): VolumeFormat {
  if (text === '' || text === 'table' || text === 'json') return text || 'table';
  if (!text.includes('{{')) throw new TypeError(`expected table, json or a template such as \`${example}\``);
  return goTemplate(text, fields);
}

function splitCondition(text: string): readonly [key: string, value: string] {
  const [key = '', ...value] = text.split('=');
  return [value.length > 0 ? key.trim().toLowerCase() : '', value.join('=').trim()];
}

function labelCondition(text: string, has: boolean): LabelCondition {
  const [name = '', ...value] = text.split('=');
  return { key: 'label', label: name, value: value.length > 0 ? value.join('=') : undefined, has };
}

function truthOf(text: string): boolean {
  if (/^(1|true)$/i.test(text)) return true;
  if (/^(0|false)$/i.test(text)) return false;
  throw new TypeError('expected true or false');
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new TypeError('expected a regular expression');
  }
}

/** A pattern of a shell, in which `*` stops at a slash. */
function globOf(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}
