import { didYouMean } from '../../base/text/typo.ts';
import { flaw, type Parsed } from './flaw.ts';

/** Whose namespace a service has: its own, in one of several manners, the host's, or that of another. */
export type Namespace =
  | { readonly kind: 'private' | 'shareable' | 'none' | 'host' }
  | { readonly kind: 'service' | 'container'; readonly name: string };

/** The words that each key knows besides `service:name` and `container:name`, and whether it knows those. */
const namespaceKeys = {
  pid: { words: ['host'], mayBeOfAnother: true },
  ipc: { words: ['host', 'private', 'none', 'shareable'], mayBeOfAnother: true },
  uts: { words: ['host'], mayBeOfAnother: false },
  cgroup: { words: ['host', 'private'], mayBeOfAnother: false },
  network: { words: ['host', 'none'], mayBeOfAnother: true },
} as const satisfies Readonly<Record<string, NamespaceWords>>;

export type NamespaceKey = keyof typeof namespaceKeys;

type NamespaceWords = {
  readonly words: readonly Exclude<Namespace['kind'], 'service' | 'container'>[];
  readonly mayBeOfAnother: boolean;
};

/** Text without anything in it is as if the key were not there. */
export const readNamespace =
  (key: NamespaceKey) =>
  (text: string): Parsed<Namespace | undefined> => {
    const { words, mayBeOfAnother }: NamespaceWords = namespaceKeys[key];
    const word = words.find((one) => one === text);
    if (word !== undefined || text === '') return { value: word && { kind: word } };
    const [, kind, name] = /^(service|container):(.+)$/.exec(text) ?? [];
    if (mayBeOfAnother && name !== undefined) return { value: { kind: kind as 'service', name } };
    const near = didYouMean(text, [...words]);
    const others = mayBeOfAnother ? ['service:name', 'container:name'] : [];
    const choice = [...words, ...others].map((one) => `\`${one}\``);
    const must = `be ${choice.length === 1 ? choice[0] : `one of ${choice.join(', ')}`}`;
    return flaw(must, undefined, near === undefined ? undefined : `did you mean \`${near}\`?`);
  };

/** `jobs/night`, below the root of every cgroup hierarchy; a slash before it or behind it says nothing. */
export function readCgroupParent(text: string): Parsed<string> {
  const path = text.replace(/^\/+|\/+$/g, '');
  const names = path.split('/');
  if (names.some((name) => name === '..' || name === '.')) return flaw('be a path without `.` and `..`');
  if (path !== '' && names.includes('')) return flaw('be a path without empty names');
  // cgroups(7): a newline would be escaped in /proc, and a cgroup may not look like a file of the kernel's.
  if (
    /[\n\0]/.test(path) ||
    names.some((name) => /^(cgroup|tasks$|notify_on_release$|release_agent$)/.test(name))
  )
    return flaw('be a path of valid cgroup names', 'the kernel has files of that name');
  return names[0] === 'tscompose'
    ? flaw('not be below `tscompose`', 'tscompose makes and removes its own cgroups there')
    : { value: path };
}
