import type { ModelPath } from '../../base/diagnostic.ts';

/** The steps from the root of a model to one of its values. */
export type Path = readonly (string | number)[];

/** Writes a path as people do: `services.web.volumes[0]`. */
export function formatPath(path: Path): ModelPath {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index ? `.${step}` : step))
    .join('');
}

/** The last steps of a path that a person recognises: `memory`, `volumes[0]`. */
export function subjectOf(path: Path): string {
  const key = path.findLastIndex((step) => typeof step === 'string');
  return formatPath(path.slice(Math.max(key, 0)));
}
