import { endianness } from 'node:os';

/** `linux/arm64/v8`, in parts. */
export type Platform = {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
};

/** The platform of this machine. */
export const ownPlatform = (): Platform => ({
  os: 'linux',
  architecture: NODE_NAMES[`${process.arch} ${endianness()}`] ?? process.arch,
});

/** Reads `linux/arm64/v8`, `arm64` or `linux`; undefined for everything else. */
export const readPlatform = (text: string): Platform | undefined => {
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9][a-z0-9_.-]*$/.test(part))) return undefined;
  const [first = '', second, variant] = parts;
  const own = ownPlatform();
  if (second !== undefined) return normalPlatform({ os: first, architecture: second, variant });
  if (SYSTEMS.includes(first)) return { ...own, os: first };
  const platform = normalPlatform({ os: own.os, architecture: first });
  return ARCHITECTURES.includes(platform.architecture) ? platform : undefined;
};

/** `linux/arm/v7`; the variant that every machine of the architecture has is left out. */
export const platformText = (platform: Platform): string => {
  const { os } = normalPlatform(platform);
  return `${os}/${machineText(platform)}`;
};

/** The platforms whose images run on one, the best first: as containerd has them. */
export const runnableOn = (platform: Platform): readonly string[] => {
  const { os, architecture } = normalPlatform(platform);
  const own = machineText(platform);
  const chain = CHAINS[architecture] ?? [];
  const at = chain.indexOf(own);
  // Every variant of arm64 runs what the first one runs.
  const machines = at >= 0 ? chain.slice(at) : [own, ...(architecture === 'arm64' ? chain : [])];
  return machines.map((each) => `${os}/${each}`);
};

const machineText = (platform: Platform): string => {
  const { architecture, variant } = normalPlatform(platform);
  return variant ? `${architecture}/${variant}` : architecture;
};

type LoosePlatform = {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
};

/** Other names of the same architecture, and variants that go without saying. */
const normalPlatform = (platform: LoosePlatform): Platform => {
  const [os, architecture] = [platform.os.toLowerCase(), platform.architecture.toLowerCase()];
  const [name, implied] = ALIASES[architecture] ?? [architecture];
  const given = platform.variant?.toLowerCase() || implied;
  const variant = /^arm/.test(name) && given?.match(/^\d/) ? `v${given}` : given;
  if (name === 'arm') return { os, architecture: name, variant: variant ?? 'v7' };
  return variant === undefined || USUAL[name] === variant
    ? { os, architecture: name }
    : { os, architecture: name, variant };
};

/** Each runs the images of those behind it. */
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  amd64: ['amd64/v4', 'amd64/v3', 'amd64/v2', 'amd64', '386'],
  arm64: ['arm64', 'arm/v8', 'arm/v7', 'arm/v6', 'arm/v5'],
  arm: ['arm/v8', 'arm/v7', 'arm/v6', 'arm/v5'],
};
const USUAL: Readonly<Record<string, string>> = { arm64: 'v8', amd64: 'v1' };
const ALIASES: Readonly<Record<string, readonly [name: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  i386: ['386'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};
const NODE_NAMES: Readonly<Record<string, string>> = {
  'x64 LE': 'amd64',
  'ia32 LE': '386',
  'ppc64 LE': 'ppc64le',
  'mipsel LE': 'mipsle',
};
const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd'];
/** Those of images; a name alone is one of them. */
const ARCHITECTURES = [
  ...['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips', 'mipsle', 'mips64', 'mips64le'],
  ...['ppc64', 'ppc64le', 'riscv64', 's390x', 'wasm'],
];
