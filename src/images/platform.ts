import type { Platform } from './descriptor.ts';

/** The platform of this machine. */
export const ownPlatform = (): Platform => ({
  os: 'linux',
  architecture: NODE_NAMES[process.arch] ?? process.arch,
});

/** Reads `linux/arm64/v8`, `arm64` or `linux`; undefined for everything else. */
export const readPlatform = (text: string): Platform | undefined => {
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) return undefined;
  const [first = '', second, variant] = parts;
  const own = ownPlatform();
  if (second !== undefined) return normalPlatform({ os: first, architecture: second, variant });
  if (SYSTEMS.includes(first)) return { ...own, os: first };
  return normalPlatform({ os: own.os, architecture: first });
};

/** `linux/arm/v7`; the variant that every machine of the architecture has is left out. */
export const platformText = (platform: Platform): string => {
  const { os, architecture, variant } = normalPlatform(platform);
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
};

/** The platforms whose images run on one, the best first: as containerd has them. */
export const runnableOn = (platform: Platform): readonly string[] => {
  const { os, architecture, variant } = normalPlatform(platform);
  const own = platformText(platform);
  if (architecture === 'arm') return [own, ...armBelow(variant).map((each) => `${os}/arm/${each}`)];
  if (architecture === 'arm64') return [own, ...ARM_VARIANTS.map((each) => `${os}/arm/${each}`)];
  if (architecture === 'amd64') return [own, ...amd64Below(variant).map((each) => `${os}/${each}`)];
  return [own];
};

type LoosePlatform = {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
};

/** Other names of the same architecture, and variants that go without saying. */
const normalPlatform = ({ os, architecture, variant }: LoosePlatform): Platform => {
  const [name = architecture, implied] = ALIASES[architecture] ?? [architecture];
  const chosen = variant || implied;
  const known = name === 'arm' && chosen && !chosen.startsWith('v') ? `v${chosen}` : chosen;
  if (known === undefined || USUAL[name] === known)
    return name === 'arm' ? { os, architecture: name, variant: 'v7' } : { os, architecture: name };
  return { os, architecture: name, variant: known };
};

const armBelow = (variant = 'v7'): readonly string[] => ARM_VARIANTS.slice(ARM_VARIANTS.indexOf(variant) + 1);

const amd64Below = (variant = 'v1'): readonly string[] => [
  ...AMD64_VARIANTS.slice(AMD64_VARIANTS.indexOf(variant) + 1).map((each) => `amd64/${each}`),
  ...(variant === 'v1' ? [] : ['amd64']),
  '386',
];

const ARM_VARIANTS = ['v8', 'v7', 'v6', 'v5'];
const AMD64_VARIANTS = ['v4', 'v3', 'v2'];
const USUAL: Readonly<Record<string, string>> = { arm64: 'v8', amd64: 'v1', arm: 'v7' };
const ALIASES: Readonly<Record<string, readonly [name: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  i386: ['386'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};
const NODE_NAMES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd'];
