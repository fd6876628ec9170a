import type { Diagnostic, Place } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/text/typo.ts';
import type { Reading } from '../read/documents.ts';
import type { Extension } from '../tree/extension.ts';
import type { Path } from '../tree/path.ts';
import { child, type MappingTree, placeOf, type ScalarTree, type Tree, withEntries } from '../tree/tree.ts';
import { didYou, quote } from '../tree/wording.ts';
import { merge, withoutResets } from './merge.ts';

/** A service that another extends; undefined if there is none, and then the names that there are. */
export type Found = {
  readonly service: Tree | undefined;
  readonly names: readonly string[];
  readonly extension?: Extension | undefined;
  /** Paths below the service at which something was wrong and was taken out; the empty one for all of it. */
  readonly broken: readonly Path[];
};

/** Services that extend each other up to here, the first of which is in the project. */
export type Chain = readonly { readonly file: string; readonly service: string; readonly at: Place }[];

type Context = {
  /** The merged files below the one with the extending services. */
  readonly below: Tree | undefined;
  /** Finds a service of another file, which is named at a place. */
  readonly elsewhere: (file: string, service: string, chain: Chain, named: Place) => Found;
  /** Finds a service of the same file that the tree does not have. */
  readonly sibling?: (service: string, chain: Chain) => Found;
  /** The services that led here, if it was not the project itself. */
  readonly chain?: Chain;
  readonly reading: Reading;
};

/** Lays every service over the one that it extends, which may extend another in turn. */
export function withExtended(tree: Tree, context: Context): Tree {
  const entry = tree.kind === 'mapping' ? tree.entries.get('services') : undefined;
  if (tree.kind !== 'mapping' || entry?.value.kind !== 'mapping') return tree;
  const services = entry.value;
  if (![...services.entries.values()].some(({ value }) => child(value, 'extends'))) return tree;
  const resolve = resolver(services, context);
  const entries = [...services.entries].map(
    ([name, service]) => [name, { ...service, value: resolve(name, context.chain ?? []) }] as const,
  );
  return withEntries(tree, { services: { ...entry, value: { ...services, entries: new Map(entries) } } });
}

function resolver({ entries }: MappingTree, context: Context) {
  const { below, reading } = context;
  const lower = child(below, 'services');
  const done = new Map<string, Tree>();

  const resolve = (name: string, chain: Chain): Tree => {
    const known = done.get(name);
    if (known) return known;
    const extended = extend(name, entries.get(name)!.value, chain);
    done.set(name, extended);
    return extended;
  };

  const sibling = (name: string, chain: Chain): Found => {
    const under = child(lower, name);
    if (!entries.has(name) && !under && context.sibling) return context.sibling(name, chain);
    const own = entries.has(name) ? resolve(name, chain) : undefined;
    const service = under && own ? merge(under, own, reading, ['services', name]) : (own ?? under);
    const names = service
      ? []
      : [...entries.keys(), ...(lower?.kind === 'mapping' ? lower.entries.keys() : [])];
    return { service, names, extension: reading.extensions.get(name), broken: brokenBelow(name, reading) };
  };

  const extend = (name: string, own: Tree, chain: Chain): Tree => {
    const extension = child(own, 'extends');
    if (own.kind !== 'mapping' || extension?.kind !== 'mapping') return own;
    const alone = withEntries(own, { extends: undefined });
    const [base, file] = [scalarOf(extension, 'service'), scalarOf(extension, 'file')];
    if (!base) return alone;
    const at = placeOf(base.span);
    const link = { file: at.file, service: name, at };
    const start = chain.findIndex(({ file, service }) => file === link.file && service === name);
    if (start >= 0 || chain.length === longest) {
      reading.diagnostics.push(start >= 0 ? circle(chain.slice(start)) : tooLong(name, at));
      reading.broken.push(['services', name]);
      return alone;
    }
    const onward = [...chain, link];
    const other = String(base.value);
    const found = file
      ? context.elsewhere(String(file.value), other, onward, placeOf(file.span))
      : sibling(other, onward);
    reading.broken.push(...found.broken.map((path) => ['services', name, ...path]));
    if (!found.service) {
      const isTold = found.broken.length > 0 || (file && reading.unread.includes(String(file.value)));
      if (!isTold) reading.diagnostics.push(noBase(other, name, at, found.names));
      reading.broken.push(['services', name]);
      return alone;
    }
    reading.extensions.set(name, { base: other, at, tree: found.service, inner: found.extension });
    return merge(withoutResets(found.service, reading), alone, reading, ['services', name]);
  };

  return resolve;
}

/** Paths below a service at which something was wrong and was taken out. */
export function brokenBelow(service: string, { broken }: Reading): Path[] {
  return broken.filter((path) => path[0] === 'services' && path[1] === service).map((path) => path.slice(2));
}

function scalarOf(tree: Tree, key: string): ScalarTree | undefined {
  const value = child(tree, key);
  return value?.kind === 'scalar' ? value : undefined;
}

function noBase(base: string, service: string, at: Place, names: readonly string[]): Diagnostic {
  const near = didYouMean(base, names);
  return {
    severity: 'error',
    code: 'unknown-service',
    message: `there is no service ${quote(base)} to extend`,
    at,
    label: `${service} extends it`,
    ...(near !== undefined && { help: didYou(near) }),
  };
}

/** More than any readable chain has, and far below the limit of the stack. */
const longest = 100;

function tooLong(service: string, at: Place): Diagnostic {
  return {
    severity: 'error',
    code: 'invalid-value',
    message: `the chain of \`extends\` is longer than ${longest} services`,
    at,
    label: `${service} exceeds the limit`,
    help: 'move the common keys to one service and extend that service',
  };
}

function circle(chain: Chain): Diagnostic {
  const [first, ...others] = chain.map(({ service, at }) => ({ at, text: `${service} extends this` }));
  const names = [...chain, chain[0]!].map(({ service }) => service).join(' → ');
  return {
    severity: 'error',
    code: 'extends-cycle',
    message: `services extend each other in a circle: ${names}`,
    at: first!.at,
    label: first!.text,
    labels: others,
    help: 'move the common keys to a separate service',
  };
}
