import { list, text } from '../kinds.ts';
import { uniqueText } from '../merge-rules.ts';
import type { ServiceKey } from '../service-key.ts';

export const key: ServiceKey<readonly string[]> = {
  ...list({
    ...text(),
    unsupported: 'options of the security modules',
    // What there is no filter or profile for is unconfined.
    honoured: [
      ...['', ':true', ':false', '=true', '=false'].map((value) => `no-new-privileges${value}`),
      ...['seccomp', 'apparmor'].flatMap((module) => [`${module}:unconfined`, `${module}=unconfined`]),
      ...['label:disable', 'label=disable'],
    ],
  }),
  merge: uniqueText,
  description: 'Options of security: `no-new-privileges` keeps setuid programs from gaining privileges.',
  model: (options) => ({ noNewPrivileges: noNewPrivileges(options) || undefined }),
};

/** As Docker reads it: the last one counts, and alone it means yes. */
function noNewPrivileges(options: readonly string[]): boolean {
  const values = options.flatMap((option) => {
    const match = /^no-new-privileges(?:[:=](.*))?$/.exec(option);
    return match ? [match[1] ?? 'true'] : [];
  });
  return values.at(-1) === 'true';
}
