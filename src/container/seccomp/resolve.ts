import type { Architecture } from '../../kernel/program/syscalls.ts';
import type { SeccompConditions, SeccompProfile } from '../../project/model/seccomp-profile.ts';
import type { OciSeccomp } from '../oci.ts';

/** The facts that decide which rules of a profile apply. */
export type Circumstances = {
  readonly architecture: Architecture;
  /** Version and revision: `6.18`. */
  readonly kernel: string;
  /** The bounding set. */
  readonly capabilities: readonly string[];
};

/** The rules of a profile that apply, as an OCI runtime takes them. */
export const resolveProfile = (profile: SeccompProfile, circumstances: Circumstances): OciSeccomp => {
  const { defaultAction, defaultErrnoRet, architectures, archMap = [], flags, syscalls } = profile;
  const family = archMap.find(({ architecture }) => architecture === NATIVE[circumstances.architecture].oci);
  return {
    defaultAction,
    ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
    architectures: architectures ?? (family ? [family.architecture, ...(family.subArchitectures ?? [])] : []),
    ...(flags ? { flags } : {}),
    syscalls: syscalls
      .filter(({ includes = {}, excludes = {} }) => applies(includes, excludes, circumstances))
      .map(({ names, action, errnoRet, args }) => ({
        names,
        action,
        ...(errnoRet === undefined ? {} : { errnoRet }),
        ...(args && args.length > 0 ? { args } : {}),
      })),
  };
};

const applies = (
  includes: SeccompConditions,
  excludes: SeccompConditions,
  { architecture, kernel, capabilities }: Circumstances,
): boolean => {
  const { docker } = NATIVE[architecture];
  const isExcluded =
    excludes.arches?.includes(docker) ||
    excludes.caps?.some((capability) => capabilities.includes(capability)) ||
    (excludes.minKernel !== undefined && isAtLeast(kernel, excludes.minKernel));
  const isIncluded =
    (!includes.arches?.length || includes.arches.includes(docker)) &&
    (includes.caps ?? []).every((capability) => capabilities.includes(capability)) &&
    (includes.minKernel === undefined || isAtLeast(kernel, includes.minKernel));
  return isIncluded && !isExcluded;
};

/** Names of an architecture in profiles: in `archMap`, and in conditions. */
const NATIVE: Readonly<Record<Architecture, { readonly oci: string; readonly docker: string }>> = {
  x64: { oci: 'SCMP_ARCH_X86_64', docker: 'amd64' },
  arm64: { oci: 'SCMP_ARCH_AARCH64', docker: 'arm64' },
};

const isAtLeast = (kernel: string, least: string): boolean => {
  const [[version = 0, revision = 0], [leastVersion = 0, leastRevision = 0]] = [kernel, least].map((text) =>
    text.split('.').map(Number),
  ) as [number[], number[]];
  return version > leastVersion || (version === leastVersion && revision >= leastRevision);
};
