import type { Place, Via } from '../../base/diagnostic.ts';
import type { Places } from '../model/project.ts';
import type { Extension } from '../tree/extension.ts';
import { placeOfKey, spanAt, stepsOf, treeAt } from '../tree/lookup.ts';
import type { Path } from '../tree/path.ts';
import { child, placeOf, type Tree } from '../tree/tree.ts';
import { quote } from '../tree/wording.ts';

/** Where the values of a project are written, and through which services they came to be where they count. */
export type Locations = {
  /** The place of a value, or the nearest place above it. */
  readonly at: (...path: Path) => Place;
  readonly atKey: (...path: Path) => Place;
  /** Whether a file has this path, with whatever value. */
  readonly isWritten: (...path: Path) => boolean;
  readonly of: Places;
};

export function locations(root: Tree, extensions: ReadonlyMap<string, Extension>): Locations {
  const withVia = (place: Place, path: Path): Place => {
    const via = viaOf(root, path, extensions);
    return via ? { ...place, via } : place;
  };
  const at = (...path: Path) => withVia(placeOf(spanAt(root, path)), path);
  return {
    at,
    atKey: (...path) => withVia(placeOfKey(root, path), path),
    isWritten: (...path) => treeAt(root, path) !== undefined,
    of: (path) => {
      const steps = stepsOf(root, path);
      return steps.length === 0 ? undefined : at(...steps);
    },
  };
}

/** A value that a service has from another is the very value of the other, for merging copies none. */
function viaOf(root: Tree, path: Path, extensions: ReadonlyMap<string, Extension>): Via | undefined {
  const [key, service, ...rest] = path;
  if (key !== 'services' || rest.length === 0) return undefined;
  const below = existing(child(child(root, 'services'), String(service)), rest);
  let via: Via | undefined;
  let name = String(service);
  for (let extension = extensions.get(name); extension; extension = extension.inner) {
    if (below.length === 0 || treeAt(extension.tree, below) !== treeAt(root, [key, service!, ...below]))
      break;
    const at = via ? { ...extension.at, via } : extension.at;
    via = { text: `${quote(name)} extends ${quote(extension.base)}`, at };
    name = extension.base;
  }
  return via;
}

/** As much of a path as there is. */
function existing(tree: Tree | undefined, path: Path): Path {
  const length = path.findIndex((_, index) => !tree || !treeAt(tree, path.slice(0, index + 1)));
  return length < 0 ? path : path.slice(0, length);
}
