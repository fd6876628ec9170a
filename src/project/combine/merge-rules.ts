import { isDeepStrictEqual } from 'node:util';
import { lazy } from '../../base/lazy.ts';
import { compileRules } from '../tree/path.ts';
import { child, isNull, type SequenceTree, type Tree, toPlain } from '../tree/tree.ts';

/** How a value of an override file and the one below it become one; undefined for the way of their kind. */
export type MergeRule = (base: Tree, override: Tree) => Tree | undefined;

/** Appends; an item tagged `!reset` takes the same item below it away instead. */
export function joinItems(base: SequenceTree, override: SequenceTree): SequenceTree {
  const removed = override.items.filter(({ tag }) => tag === '!reset').map(toPlain);
  const kept = base.items.filter(
    (item) => removed.length === 0 || !removed.some((other) => isDeepStrictEqual(other, toPlain(item))),
  );
  return { ...base, items: [...kept, ...override.items] };
}

const replace: MergeRule = (_base, override) => override;

/** Appends, but an item with the key of an earlier one takes that one's place. */
const uniqueBy =
  (keyOf: (item: Tree) => string): MergeRule =>
  (base, override) => {
    if (base.kind !== 'sequence' || override.kind !== 'sequence') return isNull(override) ? base : override;
    const items = new Map<string, Tree>();
    for (const item of [...base.items, ...override.items]) items.set(keyOf(item), item);
    return { ...base, items: [...items.values()] };
  };

const text = (item: Tree | undefined) => (item?.kind === 'scalar' ? String(item.value) : '');
const uniqueText = uniqueBy(text);
const by = (key: string) => uniqueBy((item) => text(child(item, key)));

/** A port is the same only if both of its ends are: a service may publish one port twice. */
const samePort = uniqueBy((item) => {
  const [ip, published, target, protocol] = ['host_ip', 'published', 'target', 'protocol'].map((key) =>
    text(child(item, key)),
  );
  return `${ip || '0.0.0.0'}:${published}:${target}/${protocol}`;
});

/** Secrets and configs are the same where they are mounted, by default where their source says. */
const sameTarget = uniqueBy((item) => text(child(item, 'target')) || text(child(item, 'source')));

/** Options mean something else to another driver. */
const sameDriver: MergeRule = (base, override) => {
  const drivers = [child(base, 'driver'), child(override, 'driver')].filter((driver) => !isNull(driver));
  return new Set(drivers.map(text)).size > 1 ? override : undefined;
};

const service: Readonly<Record<string, MergeRule>> = {
  command: replace,
  entrypoint: replace,
  'healthcheck.test': replace,
  'annotations.*': replace,
  'environment.*': replace,
  'labels.*': replace,
  'sysctls.*': replace,
  'ulimits.*': replace,
  'build.args.*': replace,
  'build.ulimits.*': replace,
  'build.extra_hosts': uniqueText,
  'build.no_cache_filter': uniqueText,
  'build.platforms': uniqueText,
  'build.tags': uniqueText,
  'build.secrets': sameTarget,
  cap_add: uniqueText,
  cap_drop: uniqueText,
  configs: sameTarget,
  device_cgroup_rules: uniqueText,
  devices: by('target'),
  dns: uniqueText,
  dns_opt: uniqueText,
  dns_search: uniqueText,
  env_file: by('path'),
  expose: uniqueText,
  external_links: uniqueText,
  extra_hosts: uniqueText,
  group_add: uniqueText,
  label_file: uniqueText,
  links: uniqueText,
  logging: sameDriver,
  'networks.*.aliases': uniqueText,
  'networks.*.link_local_ips': uniqueText,
  ports: samePort,
  profiles: uniqueText,
  secrets: sameTarget,
  security_opt: uniqueText,
  tmpfs: uniqueBy((item) => text(item).split(':')[0]!),
  volumes: by('target'),
  volumes_from: uniqueText,
};

/** The rules of several files by path; whatever is not here follows the default of its kind. */
export const mergeRules = lazy(() =>
  compileRules<MergeRule>({
    ...Object.fromEntries(Object.entries(service).map(([key, rule]) => [`services.*.${key}`, rule])),
    'networks.*.ipam.config': by('subnet'),
  }),
);
