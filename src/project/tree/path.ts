import type { ModelPath } from '../../base/diagnostic.ts';

/** The steps from the root of a model to one of its values. */
export type Path = readonly (string | number)[];

/** Writes a path as people do: `services.web.volumes[0]`. */
export function formatPath(path: Path): ModelPath {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index ? `.${step}` : step))
    .join('');
}

/**
 * Rules for places of the model, keyed by a pattern: `services.*.volumes[]`, where `*` stands for any key
 * and `[]` for any item. Compiled into a tree, so that a walk pays only for the branches that have rules.
 */
export type Rules<T> = {
  readonly rule?: T;
  readonly keys: ReadonlyMap<string, Rules<T>>;
};

export function compileRules<T>(table: Readonly<Record<string, T>>): Rules<T> {
  const root: Draft<T> = { keys: new Map() };
  for (const [pattern, rule] of Object.entries(table)) {
    let at = root;
    for (const step of pattern.replaceAll('[]', '.[]').split('.')) {
      const next = at.keys.get(step) ?? { keys: new Map() };
      at.keys.set(step, next);
      at = next;
    }
    at.rule = rule;
  }
  return root;
}

/** The rules one step further down, if there are any. */
export function descend<T>(rules: Rules<T> | undefined, step: string | number): Rules<T> | undefined {
  if (!rules) return undefined;
  return typeof step === 'number' ? rules.keys.get('[]') : (rules.keys.get(step) ?? rules.keys.get('*'));
}

/** The rule for exactly this path. */
export function ruleAt<T>(rules: Rules<T>, path: Path): T | undefined {
  return path.reduce<Rules<T> | undefined>(descend, rules)?.rule;
}

type Draft<T> = { rule?: T; keys: Map<string, Draft<T>> };
