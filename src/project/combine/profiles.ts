import type { Diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/text/typo.ts';
import { child, type MappingTree, type Tree, withEntries } from '../tree/tree.ts';
import { didYou, quote } from '../tree/wording.ts';

/** The selection among services with profiles. */
export type Wanted = {
  /** `--profile`; `*` stands for all. */
  readonly profiles: readonly string[];
  /** COMPOSE_PROFILES, which counts where there is no `--profile`. */
  readonly variable: string | undefined;
  /** Services that a command names, whose profiles are active for it. */
  readonly named: readonly string[];
};

export type Profiled = {
  /** The project without the services that are not wanted. */
  readonly tree: Tree;
  /** Those services, with their profiles. */
  readonly inactive: ReadonlyMap<string, readonly string[]>;
};

/** Takes out the services without an active profile; a service without profiles always stays. */
export function withProfiles(tree: Tree, wanted: Wanted, diagnostics: Diagnostic[]): Profiled {
  const services = child(tree, 'services');
  if (tree.kind !== 'mapping' || services?.kind !== 'mapping') return { tree, inactive: new Map() };
  const all = profilesOf(services);
  diagnostics.push(...unknown(wanted.profiles, all));
  const active = activeProfiles(wanted, all);
  const inactive = new Map([...all].filter(([, profiles]) => profiles.length > 0 && !profiles.some(active)));
  return { tree: withoutServices(tree, inactive.keys()), inactive };
}

export function withoutServices(tree: Tree, names: Iterable<string>): Tree {
  const entry = tree.kind === 'mapping' ? tree.entries.get('services') : undefined;
  if (tree.kind !== 'mapping' || entry?.value.kind !== 'mapping') return tree;
  const absent = Object.fromEntries([...names].map((name) => [name, undefined]));
  return withEntries(tree, { services: { ...entry, value: withEntries(entry.value, absent) } });
}

function activeProfiles({ profiles, variable, named }: Wanted, all: Profiles): (profile: string) => boolean {
  const chosen = profiles.length > 0 ? profiles : (variable ?? '').split(',').map((name) => name.trim());
  const active = new Set([...chosen, ...named.flatMap((service) => all.get(service) ?? [])]);
  return (profile) => active.has('*') || active.has(profile);
}

type Profiles = ReadonlyMap<string, readonly string[]>;

function profilesOf(services: MappingTree): Profiles {
  const texts = (tree: Tree | undefined) =>
    tree?.kind === 'sequence'
      ? tree.items.flatMap((item) =>
          item.kind === 'scalar' && item.value !== '' ? [String(item.value)] : [],
        )
      : [];
  return new Map(
    [...services.entries].map(([name, { value }]) => [name, texts(child(value, 'profiles'))] as const),
  );
}

/** COMPOSE_PROFILES may be set for several projects; a profile on the command line is meant for this one. */
function unknown(profiles: readonly string[], all: Profiles): Diagnostic[] {
  const known = new Set([...all.values()].flat());
  return profiles
    .filter((profile) => profile !== '*' && !known.has(profile))
    .map((profile) => {
      const near = didYouMean(profile, known);
      return {
        severity: 'warning',
        code: 'unknown-profile',
        message: `no service has the profile ${quote(profile)}`,
        ...(near !== undefined && { help: didYou(near) }),
      };
    });
}
