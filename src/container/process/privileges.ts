import { CAPABILITIES } from '../../kernel/constants.ts';
import { call, inside, type Step } from '../../kernel/program.ts';
import type { OciProcess } from '../oci.ts';

export type PrivilegeOrigins = (key: string) => { readonly from?: string };

/** Sets the resource limits, while the process still has CAP_SYS_RESOURCE. */
export const rlimitSteps = ({ rlimits }: OciProcess, origin: PrivilegeOrigins): readonly Step[] =>
  rlimits.map(({ type, soft, hard }) => {
    const name = type.slice('RLIMIT_'.length).toLowerCase();
    const asked = origin(`ulimits.${name}`);
    const why =
      name === 'nofile' && asked.from === undefined
        ? 'the descriptor limit of the user’s shell; Node has raised its own'
        : `the resource limit ${name}`;
    return inside(why, call('prlimit64', 0, type, { soft, hard }), asked);
  });

/**
 * Drops privileges in the order that the kernel requires: the bounding set needs CAP_SETPCAP, groups must change before
 * the user, and capset(2) comes last because the change of the user clears capabilities.
 */
export const privilegeSteps = (
  { user, capabilities, noNewPrivileges }: OciProcess,
  lastCapability: number,
  origin: PrivilegeOrigins,
): readonly Step[] => [
  ...CAPABILITIES.slice(0, lastCapability + 1)
    .filter((capability) => !capabilities.bounding.includes(capability))
    .map((capability) =>
      inside(
        'no program of the container can gain these capabilities',
        call('prctl', 'PR_CAPBSET_DROP', capability),
        origin('cap_drop'),
      ),
    ),
  inside(
    'only the groups of the user, none of the caller',
    call('setgroups', [...new Set([user.gid, ...user.additionalGids])]),
    origin('user'),
  ),
  inside(
    'real, effective and saved group ID, so that there is no way back',
    call('setresgid', user.gid, user.gid, user.gid),
    origin('user'),
  ),
  inside(
    'real, effective and saved user ID, so that there is no way back',
    call('setresuid', user.uid, user.uid, user.uid),
    origin('user'),
  ),
  inside(
    'the capabilities of the command; inheritable stays empty (CVE-2022-24769)',
    call('capset', null, capabilities),
    origin('cap_add'),
  ),
  ...(noNewPrivileges
    ? [
        inside(
          'setuid programs gain no privileges',
          call('prctl', 'PR_SET_NO_NEW_PRIVS', 1),
          origin('security_opt'),
        ),
      ]
    : []),
  inside('the umask of the command', call('umask', user.umask)),
];
