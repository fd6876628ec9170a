import { lazy } from '../base/lazy.ts';
import { compileRules } from './path.ts';
import { child, type SequenceTree, type Tree } from './tree.ts';

/** How a value of an override file and the one below it become one. */
export type MergeRule = (base: Tree, override: Tree) => Tree;

export function append(base: SequenceTree, override: SequenceTree): SequenceTree {
  return { ...base, items: [...base.items, ...override.items] };
}

const replace: MergeRule = (_base, override) => override;

/** Appends, but an item with the key of an earlier one takes that one's place. */
const uniqueBy =
  (keyOf: (item: Tree) => string): MergeRule =>
  (base, override) => {
    if (base.kind !== 'sequence' || override.kind !== 'sequence') return override;
    const items = new Map<string, Tree>();
    for (const item of append(base, override).items) items.set(keyOf(item), item);
    return { ...base, items: [...items.values()] };
  };

const text = (item: Tree | undefined) => (item?.kind === 'scalar' ? String(item.value) : '');
const uniqueText = uniqueBy(text);

/** The rules of several files by path; whatever is not here follows the default of its kind. */
export const mergeRules = lazy(() =>
  compileRules<MergeRule>({
    'services.*.command': replace,
    'services.*.entrypoint': replace,
    'services.*.healthcheck.test': replace,
    'services.*.environment.*': replace,
    'services.*.labels.*': replace,
    'services.*.sysctls.*': replace,
    'services.*.ulimits.*': replace,
    'services.*.cap_add': uniqueText,
    'services.*.cap_drop': uniqueText,
    'services.*.networks.*.aliases': uniqueText,
    'services.*.env_file': uniqueBy((item) => text(child(item, 'path'))),
    'services.*.tmpfs': uniqueBy((item) => text(item).split(':')[0]!),
    'services.*.volumes': uniqueBy((item) => text(child(item, 'target'))),
    'networks.*.ipam.config': uniqueBy((item) => text(child(item, 'subnet'))),
  }),
);
