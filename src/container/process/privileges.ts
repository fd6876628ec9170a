import { latestAlike } from '../../base/lazy.ts';
import { CAPABILITIES } from '../../kernel/program/constants.ts';
import { type Capabilities, call, inside, type Step } from '../../kernel/program/program.ts';
import type { OciProcess } from '../oci.ts';
import type { Filter } from '../seccomp/confinement.ts';

/** Sets the resource limits, while the process still has CAP_SYS_RESOURCE. */
export const rlimitSteps = (
  { rlimits }: OciProcess,
  isAsked: (key: string) => boolean = () => false,
): readonly Step[] =>
  rlimits.map(({ type, soft, hard }) => {
    const name = type.slice('RLIMIT_'.length).toLowerCase();
    const from = `ulimits.${name}`;
    const why =
      name === 'nofile' && !isAsked(from)
        ? 'the descriptor limit of the user’s shell; Node has raised its own'
        : `the resource limit ${name}`;
    return inside(why, call('prlimit64', 0, type, { soft, hard }), { from });
  });

/**
 * Drops privileges in the order that the kernel requires: the bounding set needs CAP_SETPCAP, groups must change before
 * the user, and capset(2) comes last because the change of the user clears capabilities. If `confinementSteps` are to
 * follow, one capability stays for them.
 */
export const privilegeSteps = (
  process: OciProcess,
  lastCapability: number,
  filter: Filter | undefined,
): readonly Step[] =>
  stepsOf(
    process.user,
    process.capabilities,
    process.noNewPrivileges,
    lastCapability,
    keepsCapability(process, filter),
  );

// Shared by all containers with the same user and privileges.
const stepsOf = latestAlike(
  (
    user: OciProcess['user'],
    capabilities: OciProcess['capabilities'],
    noNewPrivileges: boolean,
    lastCapability: number,
    isPrepared: boolean,
  ): readonly Step[] => [
    // A key of root's session keyring would be readable in every container.
    inside(
      'a session keyring of its own, without the keys of the supervisor’s session',
      call('keyctl', 'KEYCTL_JOIN_SESSION_KEYRING', null),
      { tolerate: 'ENOSYS' },
    ),
    ...CAPABILITIES.slice(0, lastCapability + 1)
      .filter((capability) => !capabilities.bounding.includes(capability))
      .map((capability) =>
        inside(
          'no program of the container can gain these capabilities',
          call('prctl', 'PR_CAPBSET_DROP', capability),
          { from: 'cap_drop' },
        ),
      ),
    ...(isPrepared && user.uid !== 0
      ? [
          inside(
            'the change of the user leaves the capabilities, one of which the filter of system calls needs',
            call('prctl', 'PR_SET_KEEPCAPS', 1),
          ),
        ]
      : []),
    inside(
      'only the groups of the user, none of the caller',
      call('setgroups', [...new Set([user.gid, ...user.additionalGids])]),
      { from: 'user' },
    ),
    inside(
      'real, effective and saved group ID, so that there is no way back',
      call('setresgid', user.gid, user.gid, user.gid),
      { from: 'user' },
    ),
    inside(
      'real, effective and saved user ID, so that there is no way back',
      call('setresuid', user.uid, user.uid, user.uid),
      { from: 'user' },
    ),
    isPrepared
      ? inside(
          'the capabilities of the command, and until its filter is loaded CAP_SYS_ADMIN',
          call('capset', null, withAdmin(capabilities)),
          { from: 'cap_add' },
        )
      : capabilityStep(capabilities),
    ...(noNewPrivileges
      ? [
          inside('setuid programs gain no privileges', call('prctl', 'PR_SET_NO_NEW_PRIVS', 1), {
            from: 'security_opt',
          }),
        ]
      : []),
    inside('the umask of the command', call('umask', user.umask)),
  ],
);

/**
 * From here on the process makes no system calls but those of the container's profile. The last step before the command,
 * or before the clone(2) whose child becomes the command, so that a profile has to allow few of our own calls.
 * seccomp(2): without no_new_privs only CAP_SYS_ADMIN may load a filter.
 */
export const confinementSteps = (process: OciProcess, filter: Filter | undefined): readonly Step[] =>
  filter ? filterSteps(filter, process.capabilities, keepsCapability(process, filter)) : [];

const filterSteps = latestAlike(
  (filter: Filter, capabilities: OciProcess['capabilities'], isPrepared: boolean): readonly Step[] => [
    inside(
      'only the system calls that the profile allows, for this process and all of its children',
      call('seccomp', 'SECCOMP_SET_MODE_FILTER', filter.flags, filter.program),
      { from: 'security_opt' },
    ),
    ...(isPrepared ? [capabilityStep(capabilities)] : []),
  ],
);

const capabilityStep = (capabilities: OciProcess['capabilities']): Step =>
  inside(
    'the capabilities of the command; inheritable stays empty (CVE-2022-24769)',
    call('capset', null, capabilities),
    { from: 'cap_add' },
  );

const keepsCapability = ({ noNewPrivileges }: OciProcess, filter: Filter | undefined): boolean =>
  filter !== undefined && !noNewPrivileges;

const withAdmin = ({ effective, permitted, inheritable }: OciProcess['capabilities']): Capabilities => ({
  effective: [...new Set([...effective, ADMIN])],
  permitted: [...new Set([...permitted, ADMIN])],
  inheritable,
});

const ADMIN = 'CAP_SYS_ADMIN';
