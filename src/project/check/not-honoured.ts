import type { Diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/text/typo.ts';
import { composeFile } from '../keys/compose-file.ts';
import { somewhere, type Value, valueBelow } from '../keys/value.ts';
import { formatPath, type Path } from '../tree/path.ts';
import { type Entry, isNull, placeOf, type Tree } from '../tree/tree.ts';
import { quote } from '../tree/wording.ts';

/** Keys that ask for something which does not happen; each is told once, where it is written. */
export function notHonoured(tree: Tree): Diagnostic[] {
  return below(tree, composeFile, []);
}

function below(tree: Tree, at: Value, path: Path): Diagnostic[] {
  if (tree.kind === 'scalar' || !hasIgnored(at)) return [];
  if (tree.kind === 'sequence') {
    const next = valueBelow(at, 0);
    if (!next) return [];
    return tree.items.flatMap((item, index) => {
      const inner = [...path, index];
      if (!isIgnored(next) || item.kind !== 'scalar') return below(item, next, inner);
      return saysNothing(item, next) ? [] : [warning({ key: item.span, value: item }, next, inner)];
    });
  }
  return [...tree.entries].flatMap(([key, entry]) => {
    const next = valueBelow(at, key);
    if (!next) return [];
    const inner = [...path, key];
    if (!isIgnored(next)) return below(entry.value, next, inner);
    if (saysNothing(entry.value, next)) return [];
    const near = next === at.each ? didYouMean(key, Object.keys(at.keys ?? {})) : undefined;
    return [{ ...warning(entry, next, inner), ...(near && { help: `did you mean \`${near}\`?` }) }];
  });
}

function isIgnored({ unsupported, foreign, inapplicable }: Value): boolean {
  return (unsupported ?? foreign ?? inapplicable) !== undefined;
}

const hasIgnored = somewhere(isIgnored);

function saysNothing(tree: Tree, { honoured = [], isHonoured }: Value): boolean {
  if (tree.kind === 'scalar')
    return (
      isNull(tree) ||
      tree.value === '' ||
      honoured.map(String).includes(String(tree.value)) ||
      isHonoured?.(tree.value) === true
    );
  return (tree.kind === 'sequence' ? tree.items.length : tree.entries.size) === 0;
}

/** For a key that is honoured with other values, the warning names the value. */
function warning(
  { key, value }: Entry,
  { unsupported, foreign, inapplicable, honoured, isHonoured }: Value,
  path: Path,
): Diagnostic {
  const isValue = (honoured ?? isHonoured) !== undefined && value.kind === 'scalar';
  const subject = isValue ? `${path.at(-1)}: ${value.value}` : String(path.at(-1));
  const fault =
    unsupported !== undefined
      ? 'is not supported yet'
      : `has no effect${foreign === undefined ? '' : ' on Linux'}`;
  return {
    severity: 'warning',
    code: 'unsupported-key',
    message: `${quote(subject)} ${fault}`,
    at: placeOf(isValue ? value.span : key),
    label: `ignored: ${unsupported ?? foreign ?? inapplicable}`,
    from: formatPath(path),
  };
}
