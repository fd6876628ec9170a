import type * as z from 'zod';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/text/typo.ts';
import { valueAt } from '../keys/compose-file.ts';
import type { Flaw } from '../scalars/flaw.ts';
import { spanAt, treeAt } from '../tree/lookup.ts';
import { formatPath, type Path, subjectOf } from '../tree/path.ts';
import { placeOf, type Tree } from '../tree/tree.ts';
import { didYou, kindOf, listOf, nounOf, quote, withArticle } from '../tree/wording.ts';

/** A diagnostic, and the path of the value that it is about. */
export type Finding = { readonly path: Path; readonly diagnostic: Diagnostic };

type Issue = z.core.$ZodIssue;

/** Translates zod's issues into diagnostics with places in the file. */
export function toDiagnostics(issue: Issue, root: Tree): Finding[] {
  return flatten(issue, []).flatMap((found) => describe(found, root));
}

/** Of a union only the branch of the value's kind matters. */
function flatten(issue: Issue, above: Path): Issue[] {
  const path = [...above, ...(issue.path as Path)];
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.filter((errors) => !errors.some(isWrongKind));
    if (meant.length === 1) return meant[0]!.flatMap((inner) => flatten(inner, path));
    return [{ ...issue, path: [...path], message: listOf([...new Set(kindsOf(issue).map(nounOf))]) }];
  }
  return [{ ...issue, path: [...path] }];
}

/** Whether a branch was given up at once because the value is of another kind. */
function isWrongKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return issue.errors.every((errors) => errors.some(isWrongKind));
  return issue.code === 'invalid_type';
}

/** The kinds that would have been right. */
function kindsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_union') return issue.errors.flat().filter(isWrongKind).flatMap(kindsOf);
  return issue.code === 'invalid_type' ? [issue.expected] : [];
}

function describe(issue: Issue, root: Tree): Finding[] {
  const path = issue.path as Path;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.filter((key) => !key.startsWith('x-')).map((key) => unknownKey([...path, key], root));
    case 'custom':
      return [flawed(path, issue.params?.flaw as Flaw, root)];
    case 'invalid_key': {
      const inner = issue.issues[0];
      const flaw = (inner?.code === 'custom' ? inner.params?.flaw : undefined) as Flaw | undefined;
      return [flawed(path, flaw ?? badName, root, 'key')];
    }
    case 'invalid_value': {
      if (!treeAt(root, path)) return [missingKey(path, root)];
      const values = issue.values.map(String).filter((value) => value !== '');
      const near = didYouMean(String(plainAt(root, path)), values);
      return [
        flawed(path, { must: `be ${listOf(values.map(quote))}`, ...(near && { help: didYou(near) }) }, root),
      ];
    }
    case 'invalid_type':
    case 'invalid_union':
      return [wrongKind(path, issue, root)];
    default:
      return [flawed(path, { must: 'be something else', label: issue.message }, root)];
  }
}

function unknownKey(path: Path, root: Tree): Finding {
  const key = String(path.at(-1));
  const { title, keys = {} } = valueAt(path.slice(0, -1)) ?? {};
  const near = didYouMean(key, Object.keys(keys));
  const message = `${quote(key)} is not a key of ${title ? withArticle(title) : quote(subjectOf(path.slice(0, -1)))}`;
  const help = near ? didYou(near) : isServiceOutside(path, root) ? belowServices : undefined;
  return finding(path, root, { code: 'unknown-key', message, ...(help && { help }) }, 'key');
}

/** As in the first format of Compose files, which had no `services`. */
function isServiceOutside(path: Path, root: Tree): boolean {
  const tree = path.length === 1 ? treeAt(root, path) : undefined;
  return tree?.kind === 'mapping' && (tree.entries.has('image') || tree.entries.has('build'));
}

const belowServices = 'services stand below `services:`';

function wrongKind(path: Path, issue: Issue, root: Tree): Finding {
  const tree = treeAt(root, path);
  const expected = issue.code === 'invalid_type' ? nounOf(issue.expected) : issue.message;
  if (!tree) return missingKey(path, root);
  const message =
    path.length === 0
      ? `a Compose file must be ${expected}`
      : `${quote(subjectOf(path))} must be ${expected}`;
  const needsQuotes = tree.kind === 'scalar' && tree.value !== null && /\btext\b/.test(expected);
  const help = needsQuotes && { help: 'put it in quotes' };
  return finding(path, root, { code: 'invalid-type', message, label: `this is ${kindOf(tree)}`, ...help });
}

function missingKey(path: Path, root: Tree): Finding {
  const owner = path.slice(0, -1);
  const { title = 'mapping' } = valueAt(owner) ?? {};
  const message = `${withArticle(title)} needs ${quote(String(path.at(-1)))}`;
  return finding(owner, root, { code: 'missing-key', message });
}

function flawed(path: Path, flaw: Flaw, root: Tree, part?: 'key'): Finding {
  const subject = quote(subjectOf(path));
  const { severity, label, help, code = 'invalid-value' } = flaw;
  const more = { ...(severity && { severity }), ...(label && { label }), ...(help && { help }) };
  if (code === 'obsolete-key') {
    return finding(
      path,
      root,
      { ...more, code, message: `${subject} is obsolete`, help: 'remove it' },
      'key',
    );
  }
  return finding(path, root, { ...more, code, message: `${subject} must ${flaw.must}` }, part);
}

function finding(
  path: Path,
  root: Tree,
  diagnostic: Omit<Diagnostic, 'severity' | 'at' | 'from'> & { readonly severity?: 'warning' },
  part?: 'key',
): Finding {
  const notes = noteOn(treeAt(root, path));
  const at = placeOf(spanAt(root, path, part));
  const from = path.length > 0 && { from: formatPath(path) };
  return { path, diagnostic: { severity: 'error', ...diagnostic, at, ...from, ...(notes && { notes }) } };
}

/** The text after its variables were replaced, for the file shows only the variables. */
function noteOn(tree: Tree | undefined): string[] | undefined {
  if (tree?.kind !== 'scalar' || tree.template === undefined || tree.template === tree.value)
    return undefined;
  return [`the value after interpolation is ${quote(String(tree.value))}`];
}

function plainAt(root: Tree, path: Path): unknown {
  const tree = treeAt(root, path);
  return tree?.kind === 'scalar' ? tree.value : undefined;
}

const badName: Flaw = { must: 'be a name', label: 'only letters, digits, `.`, `_` and `-` are allowed' };
