import { didYouMean } from '../../base/text/typo.ts';
import { flaw, type Parsed } from './flaw.ts';

/** An item of `security_opt`, as a name and its value. */
export type SecurityOption =
  | { readonly name: 'no-new-privileges'; readonly value: boolean }
  /** A path, `unconfined` for no filter, or `builtin` for the default one. */
  | { readonly name: 'seccomp'; readonly value: string }
  | { readonly name: 'apparmor' | 'label'; readonly value: string }
  | { readonly name: 'systempaths'; readonly value: 'unconfined' }
  | { readonly name: 'writable-cgroups'; readonly value: boolean };

/** `name=value` or, as in old files, `name:value`. */
export function readSecurityOption(text: string): Parsed<SecurityOption> {
  const [, name = '', value] =
    (text.includes('=') ? /^([^=]*)=(.*)$/s : /^([^:]*)(?::(.*))?$/s).exec(text) ?? [];
  switch (name) {
    case 'no-new-privileges':
    case 'writable-cgroups': {
      const isOn = value === undefined && name === 'no-new-privileges' ? true : BOOLEANS.get(value ?? '');
      return isOn === undefined
        ? flaw(`have \`true\` or \`false\` after \`${name}=\``)
        : { value: { name, value: isOn } };
    }
    case 'systempaths':
      return value === 'unconfined'
        ? { value: { name, value } }
        : flaw('have `unconfined` after `systempaths=`', 'there is nothing else to choose');
    case 'seccomp':
    case 'apparmor':
    case 'label':
      return value ? { value: { name, value } } : flaw(`have a value after \`${name}=\``, EXAMPLES[name]);
    default:
      return unknown(name, value);
  }
}

function unknown(name: string, value: string | undefined): Parsed<never> {
  const near = didYouMean(name, NAMES);
  const help = near && `did you mean \`${value === undefined ? near : `${near}=${value}`}\`?`;
  return flaw('be an option of security', `expected one of ${NAMES.join(', ')}`, help);
}

const EXAMPLES = {
  seccomp: '`unconfined`, or the path of a profile',
  apparmor: '`unconfined`, or the name of a profile',
  label: '`disable`, or a part of a label of SELinux',
} as const;

const NAMES = ['no-new-privileges', 'seccomp', 'apparmor', 'label', 'systempaths', 'writable-cgroups'];

/** As Docker reads them. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);
