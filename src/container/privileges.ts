import { CAPABILITIES } from '../kernel/constants.ts';
import { call, inside, type Step } from '../kernel/program.ts';
import type { OciProcess } from './oci.ts';

export type PrivilegeOrigins = (key: string) => { readonly from?: string };

/** Sets the resource limits, while the process still has CAP_SYS_RESOURCE. */
export const rlimitSteps = ({ rlimits }: OciProcess, origin: PrivilegeOrigins): readonly Step[] =>
  rlimits.map(({ type, soft, hard }) => {
    const name = type.slice('RLIMIT_'.length).toLowerCase();
    const asked = origin(`ulimits.${name}`);
    const why =
      name === 'nofile' && asked.from === undefined
        ? 'as many descriptors as the user’s shell may have; Node has raised its own'
        : `its ${name} limit`;
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
        'no program that it starts can ever gain these',
        call('prctl', 'PR_CAPBSET_DROP', capability),
        origin('cap_drop'),
      ),
    ),
  inside(
    'only its own groups, none of the caller’s',
    call('setgroups', [...new Set([user.gid, ...user.additionalGids])]),
    origin('user'),
  ),
  inside('its group, for good', call('setresgid', user.gid, user.gid, user.gid), origin('user')),
  inside('its user, for good', call('setresuid', user.uid, user.uid, user.uid), origin('user')),
  inside(
    'what it may do as that user; inheritable stays empty (CVE-2022-24769)',
    call('capset', null, capabilities),
    origin('cap_add'),
  ),
  ...(noNewPrivileges
    ? [
        inside(
          'setuid programs gain nothing',
          call('prctl', 'PR_SET_NO_NEW_PRIVS', 1),
          origin('security_opt'),
        ),
      ]
    : []),
  inside('modes of new files as everybody expects them', call('umask', user.umask)),
];
