import { dirname } from 'node:path';
import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { documentTrees } from '../read/document-tree.ts';
import { type Reading, readDocuments } from '../read/documents.ts';
import type { Environment } from '../read/environment.ts';
import { child, placeOf, type Tree } from '../tree/tree.ts';
import { quote } from '../tree/wording.ts';
import { brokenBelow, type Chain, type Found, withExtended } from './extends.ts';
import { longForm } from './long-form.ts';
import { merge } from './merge.ts';

/**
 * Services of files that only lend them. Such a file is read once, and of its services only those are looked at
 * that somebody extends: the rest belongs to another project. Its paths are relative to itself.
 */
export function extendableFiles(environment: Environment, reading: Reading) {
  const files = new Map<string, readonly Lender[]>();
  const services = new Map<string, Found>();

  const load = (file: string, chain: Chain, named: Place): readonly Lender[] => {
    const known = files.get(file);
    if (known) return known;
    const { at, service } = chain.at(-1)!;
    const origin = { via: { text: `${quote(service)} extends it`, at }, named };
    const lenders = readDocuments(file, reading, origin).flatMap((document) => {
      const found: Diagnostic[] = [];
      const tree = documentTrees(environment, { ...reading, diagnostics: found })(document);
      return tree ? [lender(tree, found)] : [];
    });
    files.set(file, lenders);
    return lenders;
  };

  const find = (file: string, service: string, chain: Chain, named: Place): Found => {
    const lenders = load(file, chain, named);
    const own: Reading = { ...reading, broken: [], extensions: new Map() };
    const sibling = (other: string, onward: Chain) => elsewhere(file, other, onward, named);
    const tree = lenders.reduce<Tree | undefined>((below, lender) => {
      const alone = lender.lend(service, reading.diagnostics);
      if (!alone) return below;
      const long = longForm(alone, { directory: dirname(file), environment }, own);
      const extended = withExtended(long, { below, elsewhere, sibling, chain, reading: own });
      return below ? merge(below, extended, reading) : extended;
    }, undefined);
    return {
      service: child(child(tree, 'services'), service),
      names: lenders.flatMap(({ names }) => names),
      extension: own.extensions.get(service),
      broken: brokenBelow(service, own),
    };
  };

  const elsewhere = (file: string, service: string, chain: Chain, named: Place): Found => {
    const key = JSON.stringify([file, service]);
    const known = services.get(key);
    if (known) return known;
    const found = find(file, service, chain, named);
    services.set(key, found);
    return found;
  };

  return elsewhere;
}

type Lender = {
  readonly names: readonly string[];
  /** The file with this service alone; errors of its variables are reported now. */
  readonly lend: (service: string, diagnostics: Diagnostic[]) => Tree | undefined;
};

function lender(tree: Tree, found: readonly Diagnostic[]): Lender {
  const services = child(tree, 'services');
  const entries = services?.kind === 'mapping' ? services.entries : new Map<string, never>();
  return {
    names: [...entries.keys()],
    lend: (name, diagnostics) => {
      const entry = entries.get(name);
      if (!entry || tree.kind !== 'mapping' || services?.kind !== 'mapping') return undefined;
      diagnostics.push(...found.filter(({ at }) => !at || isAbout(at, entry.value, services)));
      const alone = { ...services, entries: new Map([[name, entry]]) };
      const key = tree.entries.get('services')!.key;
      return { ...tree, entries: new Map([['services', { key, value: alone }]]) };
    },
  };
}

/** Whether a problem is in this service, or outside of all of them, where anchors are. */
function isAbout(at: Place, service: Tree, services: Tree): boolean {
  return isInside(at, service) || !isInside(at, services);
}

function isInside({ start, end }: Place, tree: Tree): boolean {
  const outer = placeOf(tree.span);
  return outer.start <= start && end <= outer.end;
}
