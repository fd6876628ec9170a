import { type Diagnostic, type ModelPath, Problem } from '../../base/diagnostic.ts';
import { lazy, oncePer } from '../../base/lazy.ts';
import type { BpfProgram } from '../../kernel/program/program.ts';
import type { Service } from '../../project/model/project.ts';
import type { SeccompProfile } from '../../project/model/seccomp-profile.ts';
import type { HostFacts } from '../facts.ts';
import type { OciSeccomp } from '../oci.ts';
import { bytesOf, INSTRUCTION_BYTES } from './bpf.ts';
import { dockerProfile } from './docker-profile.ts';
import { compileFilter } from './filter.ts';
import { type Circumstances, resolveProfile } from './resolve.ts';

/** The system calls that the processes of a container may make. */
export type Confinement = {
  readonly rules: OciSeccomp;
  /** Compiled at its first use. Throws a Problem if the profile, which `from` names, is too large for the kernel. */
  readonly filter: (from: ModelPath) => Filter;
};

/** The last arguments of seccomp(2). */
export type Filter = { readonly flags: string; readonly program: BpfProgram };

/**
 * The profile of a service, undefined for one without a filter. As in Docker, a privileged service has a filter only if
 * its file names one.
 */
const profileOf = ({
  privileged,
  seccomp,
}: Pick<Service, 'privileged' | 'seccomp'>): SeccompProfile | undefined => {
  if (seccomp === 'unconfined') return undefined;
  return seccomp ?? (privileged ? undefined : dockerProfile());
};

/**
 * The calls of a service with these capabilities in its bounding set, undefined if it may make all of them. Containers
 * with the same profile and capabilities share one value.
 */
export const confinementOf = (
  service: Pick<Service, 'privileged' | 'seccomp'>,
  capabilities: readonly string[],
  { architecture, kernel }: Pick<HostFacts, 'architecture' | 'kernel'>,
): Confinement | undefined => {
  const profile = profileOf(service);
  if (!profile) return undefined;
  const circumstances = { architecture, kernel, capabilities };
  const known = confinements(profile);
  const same = known.find(({ given }) => isSame(given, circumstances));
  if (same) return same;
  const confinement = confine(profile, circumstances);
  known.push(confinement);
  return confinement;
};

/** Every start looks one up: a text of all capabilities as a key would take longer than the comparison. */
const isSame = (one: Circumstances, other: Circumstances): boolean =>
  one.architecture === other.architecture &&
  one.kernel === other.kernel &&
  one.capabilities.length === other.capabilities.length &&
  one.capabilities.every((capability, index) => capability === other.capabilities[index]);

type Known = Confinement & { readonly given: Circumstances };

const confinements = oncePer((_: SeccompProfile): Known[] => []);

const confine = (profile: SeccompProfile, circumstances: Circumstances): Known => {
  const rules = resolveProfile(profile, circumstances);
  const compiled = lazy(() => {
    const instructions = compileFilter(rules, circumstances.architecture);
    const text = `${profile.name}, ${instructions.length} instructions`;
    return { flags: flagsOf(rules), program: { text, bytes: bytesOf(instructions) } };
  });
  return {
    given: circumstances,
    rules,
    filter: (from) => {
      const count = compiled().program.bytes.length / INSTRUCTION_BYTES;
      if (count > MOST_INSTRUCTIONS) throw new Problem({ ...tooLarge(profile.name, count), from });
      return compiled();
    },
  };
};

const tooLarge = (name: string, count: number): Diagnostic => ({
  severity: 'error',
  code: 'invalid-value',
  message: `the profile \`${name}\` makes a filter of ${count} instructions, the kernel takes ${MOST_INSTRUCTIONS}`,
  help: 'leave out rules with conditions on arguments',
});

/**
 * runc(8): without flags in the profile, the filter switches off no speculation. The flag is older than every kernel on
 * which containers start. A process with one thread has no other one to synchronise with.
 */
const flagsOf = ({ flags = ['SECCOMP_FILTER_FLAG_SPEC_ALLOW'] }: OciSeccomp): string =>
  flags.filter((flag) => flag !== 'SECCOMP_FILTER_FLAG_TSYNC').join('|');

/** bpf_common.h: BPF_MAXINSNS. */
const MOST_INSTRUCTIONS = 4096;
