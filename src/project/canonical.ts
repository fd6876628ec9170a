import { renameExtensions } from './extensions.ts';
import {
  asArguments,
  asBoolean,
  asBytes,
  asCpus,
  asDependency,
  asDuration,
  asInteger,
  asLabels,
  asRootfs,
  asSysctls,
  asText,
  asUser,
  asVariables,
  asVolume,
  emptyList,
  emptyMapping,
  type LongForm,
  type LongFormContext,
  namesToMapping,
  oneToList,
} from './long-forms.ts';
import { compileRules, descend, type Rules } from './path.ts';
import type { Entry, Tree } from './tree.ts';

/** Writes everything in a checked file in its long form: lists as mappings, text as numbers, paths absolute. */
export function canonical(tree: Tree, context: LongFormContext): Tree {
  return apply(tree, rules, context);
}

/** Inner values first, so that a rule sees what the rules below it have made. */
function apply(tree: Tree, at: Rules<LongForm>, context: LongFormContext): Tree {
  if (tree.tag === '!reset') return tree;
  const inner = applyBelow(tree, at, context);
  const outer = at.rule ? at.rule(inner, context) : inner;
  return tree.tag && !outer.tag ? { ...outer, tag: tree.tag } : outer;
}

function applyBelow(tree: Tree, at: Rules<LongForm>, context: LongFormContext): Tree {
  if (at.keys.size === 0 || tree.kind === 'scalar') return tree;
  if (tree.kind === 'sequence') {
    const below = descend(at, 0);
    return below ? { ...tree, items: tree.items.map((item) => apply(item, below, context)) } : tree;
  }
  const entries = new Map<string, Entry>();
  for (const [key, entry] of tree.entries) {
    const below = descend(at, key);
    entries.set(key, below ? { ...entry, value: apply(entry.value, below, context) } : entry);
  }
  return { ...tree, entries };
}

const rules: Rules<LongForm> = compileRules<LongForm>({
  services: emptyMapping,
  networks: emptyMapping,
  'services.*': renameExtensions,
  'services.*.command': asArguments,
  'services.*.entrypoint': asArguments,
  'services.*.environment': asVariables,
  'services.*.labels': asLabels,
  'services.*.sysctls': asSysctls,
  'services.*.depends_on': namesToMapping({ condition: 'service_started', required: true }),
  'services.*.depends_on.*': asDependency,
  'services.*.depends_on.*.required': asBoolean,
  'services.*.networks': namesToMapping(null),
  'services.*.networks.*.aliases': emptyList,
  'services.*.volumes': emptyList,
  'services.*.volumes[]': asVolume,
  'services.*.volumes[].read_only': asBoolean,
  'services.*.volumes[].bind.create_host_path': asBoolean,
  'services.*.volumes[].tmpfs.size': asBytes,
  'services.*.tmpfs': oneToList,
  'services.*.rootfs': asRootfs,
  'services.*.x-tscompose.rootfs': asRootfs,
  'services.*.memory': asBytes,
  'services.*.mem_limit': asBytes,
  'services.*.x-tscompose.memory': asBytes,
  'services.*.memswap_limit': asBytes,
  'services.*.cpus': asCpus,
  'services.*.cpu_shares': asInteger,
  'services.*.pids_limit': asInteger,
  'services.*.ulimits': emptyMapping,
  'services.*.ulimits.*': asInteger,
  'services.*.ulimits.*.soft': asInteger,
  'services.*.ulimits.*.hard': asInteger,
  'services.*.cap_add': emptyList,
  'services.*.cap_drop': emptyList,
  'services.*.user': asUser,
  'services.*.stop_signal': asText,
  'services.*.stop_grace_period': asDuration,
  'services.*.tty': asBoolean,
  'services.*.stdin_open': asBoolean,
  'services.*.init': asBoolean,
  'services.*.read_only': asBoolean,
  'services.*.privileged': asBoolean,
  'networks.*.ipam.config': emptyList,
});
