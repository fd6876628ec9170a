import type { Diagnostic } from '../../../base/diagnostic.ts';
import { targetOf } from '../../keys/parts/grants-of.ts';
import type { CanonicalGrant, CanonicalMaterial } from '../../model/canonical.ts';
import { grantFileProblem, readGrantFile } from '../../read/grant-file.ts';
import { readMountTarget } from '../../scalars/mounts.ts';
import { quote } from '../../tree/wording.ts';
import { type Check, type Checked, error } from '../checked.ts';

/** The content of every config and secret that a service has comes from a place that there is on this machine. */
export const grantSources: Check = (project) =>
  granted(project).flatMap(({ kind, key, material, service }) => {
    const { at, atKey, variablesOf } = project;
    const path = (...rest: readonly string[]) => [`${kind}s`, key, ...rest] as const;
    const label = `${service} uses it`;
    if (material.external)
      return [
        error('not-supported', `external ${kind}s are not supported`, atKey(...path('external')), {
          label,
          notes: [`only a swarm of Docker has ${kind}s outside of projects`],
          help: 'give its content with `file` or `environment`',
        }),
      ];
    const drivers = (['driver', 'template_driver'] as const)
      .filter((driver) => material[driver])
      .map((driver) =>
        error('not-supported', `${quote(driver)} of a ${kind} is not supported`, atKey(...path(driver)), {
          label,
          help: 'remove it, and give the content with `file` or `environment`',
        }),
      );
    const { environment: variable } = material;
    const place = at(...path('environment'));
    if (!variable || variablesOf(place.file).has(variable)) return drivers;
    const message = `the variable ${quote(variable)} of the ${kind} ${quote(key)} is not set`;
    const help = `set it for this command, or in \`.env\`; \`${variable}=\` is an empty ${kind}`;
    return [...drivers, error('unset-variable', message, place, { label, help })];
  });

/** A file can be mounted at the targets of configs and secrets. */
export const grantTargets: Check = ({ canonical, at }) =>
  grantsOfServices(canonical).flatMap(({ kind, grant, path }) => {
    const parsed = readMountTarget(targetOf(kind, grant));
    if (!('flaw' in parsed)) return [];
    const { must, label, help } = parsed.flaw;
    const more = { ...(label !== undefined && { label }), ...(help !== undefined && { help }) };
    return [error('invalid-value', `a ${kind} must ${must}`, at(...path, 'target'), more)];
  });

/** Reads the files with the contents of configs and secrets; what this user may not read is left to the supervisor. */
export const checkGrantFiles: Check = (project) =>
  granted(project).flatMap(({ kind, key, material, service }): Diagnostic[] => {
    const { file } = material;
    if (!file || material.external) return [];
    try {
      readGrantFile(file).fill(0);
      return [];
    } catch (failure) {
      const { code } = failure as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM') return [];
      const problem = grantFileProblem({ kind, key }, file, failure as NodeJS.ErrnoException);
      return [{ ...problem, at: project.at(`${kind}s`, key, 'file'), label: `${service} uses it` }];
    }
  });

type Granted = {
  readonly kind: 'config' | 'secret';
  readonly key: string;
  readonly material: CanonicalMaterial;
  /** The first service that has it. */
  readonly service: string;
};

/** The configs and secrets that services have, each once. */
function granted({ canonical }: Pick<Checked, 'canonical'>): Granted[] {
  const found = new Map<string, Granted>();
  for (const { service, kind, grant } of grantsOfServices(canonical)) {
    const key = grant.source;
    const id = `${kind} ${key}`;
    const all = canonical[`${kind}s`] ?? {};
    const material = Object.hasOwn(all, key) ? all[key] : undefined;
    if (material && !found.has(id)) found.set(id, { kind, key, material, service });
  }
  return [...found.values()];
}

function grantsOfServices({ services }: Checked['canonical']) {
  return Object.entries(services).flatMap(([service, keys]) =>
    (['config', 'secret'] as const).flatMap((kind) =>
      (keys[`${kind}s`] ?? []).map((grant: CanonicalGrant, index) => ({
        service,
        kind,
        grant,
        path: ['services', service, `${kind}s`, index] as const,
      })),
    ),
  );
}
