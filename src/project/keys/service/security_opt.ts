import { validValues } from '../../scalars/flaw.ts';
import { readSecurityOption, type SecurityOption } from '../../scalars/security-option.ts';
import type { Scalar } from '../../tree/tree.ts';
import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list({
    ...text(),
    unsupported: 'profiles of AppArmor and writable cgroups',
    isHonoured,
  }),
  merge: uniqueText,
  description:
    'Options of security: `no-new-privileges`, `seccomp=` with a profile or `unconfined`, `systempaths=unconfined`.',
  model: (options, { name, seccompProfile }) => {
    const last = lastOf(options);
    const isUnconfined = last('seccomp') === 'unconfined';
    return {
      noNewPrivileges: last('no-new-privileges') === true || undefined,
      seccomp: isUnconfined ? 'unconfined' : seccompProfile,
      unconfinedFrom: isUnconfined ? `services.${name}.security_opt[${indexOf(options)}]` : undefined,
      openPaths: last('systempaths') === 'unconfined' || undefined,
    };
  },
};

/** Without a profile of AppArmor a container is unconfined by it, and without SELinux there are no labels. */
function isHonoured(option: Scalar): boolean {
  const parsed = readSecurityOption(String(option));
  if ('flaw' in parsed) return true;
  const { name, value } = parsed.value;
  return !(name === 'apparmor' && value !== 'unconfined') && !(name === 'writable-cgroups' && value);
}

/** The file that the last `seccomp` option names, as it is written, and its position in the list. */
export function profileIn(
  options: readonly string[],
): { readonly path: string; readonly index: number } | undefined {
  const index = indexOf(options);
  const path = lastOf(options)('seccomp');
  return typeof path !== 'string' || ['unconfined', 'builtin'].includes(path) ? undefined : { path, index };
}

/** Of the `seccomp` option that counts. */
function indexOf(options: readonly string[]): number {
  return options.findLastIndex((option) => validValues([option], readSecurityOption)[0]?.name === 'seccomp');
}

/** As Docker, the last option of a name counts. */
function lastOf(
  options: readonly string[],
): (name: SecurityOption['name']) => SecurityOption['value'] | undefined {
  const values = new Map(validValues(options, readSecurityOption).map(({ name, value }) => [name, value]));
  return (name) => values.get(name);
}
