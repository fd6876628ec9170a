import type { Diagnostic } from '../../base/diagnostic.ts';
import { lazy } from '../../base/lazy.ts';
import { foreignKeys, honouredValues, unsupportedKeys } from '../keys/unsupported.ts';
import { compileRules, descend, formatPath, type Path, type Rules } from '../tree/path.ts';
import { type Entry, isNull, placeOf, type Tree } from '../tree/tree.ts';
import { quote } from './wording.ts';

/** Keys that ask for something which does not happen; each is told once, where it is written. */
export function notHonoured(tree: Tree): Diagnostic[] {
  return below(tree, rules(), []);
}

type Rule = { readonly what: string; readonly fault: string; readonly honoured: readonly string[] };

const rules = lazy(() =>
  compileRules<Rule>(
    Object.fromEntries(
      Object.entries(unsupportedKeys).map(([path, what]) => [
        path,
        {
          what,
          fault: path in foreignKeys ? 'has no effect on Linux' : 'is not supported yet',
          honoured: (honouredValues[path] ?? []).map(String),
        },
      ]),
    ),
  ),
);

function below(tree: Tree, at: Rules<Rule>, path: Path): Diagnostic[] {
  if (tree.kind === 'scalar') return [];
  if (tree.kind === 'sequence') {
    const next = descend(at, 0);
    if (!next) return [];
    return tree.items.flatMap((item, index) => {
      const inner = [...path, index];
      if (!next.rule || item.kind !== 'scalar') return below(item, next, inner);
      return saysNothing(item, next.rule) ? [] : [warning({ key: item.span, value: item }, next.rule, inner)];
    });
  }
  return [...tree.entries].flatMap(([key, entry]) => {
    const next = descend(at, key);
    if (!next) return [];
    const inner = [...path, key];
    if (!next.rule) return below(entry.value, next, inner);
    return saysNothing(entry.value, next.rule) ? [] : [warning(entry, next.rule, inner)];
  });
}

function saysNothing(value: Tree, { honoured }: Rule): boolean {
  if (value.kind === 'scalar') return isNull(value) || honoured.includes(String(value.value));
  return (value.kind === 'sequence' ? value.items.length : value.entries.size) === 0;
}

/** Of a key that is honoured with other values, the value is what is not supported. */
function warning({ key, value }: Entry, { what, fault, honoured }: Rule, path: Path): Diagnostic {
  const isValue = honoured.length > 0 && value.kind === 'scalar';
  const subject = isValue ? `${path.at(-1)}: ${value.value}` : String(path.at(-1));
  return {
    severity: 'warning',
    code: 'unsupported-key',
    message: `${quote(subject)} ${fault}`,
    at: placeOf(isValue ? value.span : key),
    label: `ignored: ${what}`,
    from: formatPath(path),
  };
}
