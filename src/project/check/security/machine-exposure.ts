import type { Diagnostic, Place } from '../../../base/diagnostic.ts';
import type { Canonical, CanonicalService, CanonicalVolume } from '../../model/canonical.ts';
import { readCapability } from '../../scalars/capability.ts';
import { validValues } from '../../scalars/flaw.ts';
import type { Path } from '../../tree/path.ts';
import { quote } from '../../tree/wording.ts';
import type { Check } from '../checked.ts';

/**
 * Keys that give root in a container the machine, although they do not say so. They are warned of and never refused:
 * some programs need them. `privileged` says so itself.
 */
export const machineExposure: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, service]) =>
    isRoot(service) && service.privileged !== true
      ? [...capabilityKeys(service), ...volumeKeys(service, canonical.volumes)].map(({ path, power }) =>
          warning(name, power, at('services', name, ...path)),
        )
      : [],
  );

type Exposed = { readonly path: Path; readonly power: string };

const capabilityKeys = (service: CanonicalService): readonly Exposed[] =>
  (service.cap_add ?? []).flatMap((text, index) => {
    const [name = ''] = validValues([text], readCapability);
    const { power, unless } = POWERS[name] ?? {};
    return power === undefined || unless?.(service) ? [] : [{ path: ['cap_add', index], power }];
  });

type Power = { readonly power: string; readonly unless?: (service: CanonicalService) => boolean };

const REMOUNTS = 'remount what it sees of the host, such as /usr, and write to it';

/** capabilities(7) against the mounts, processes and devices of the host; no namespace holds these. */
const POWERS: Readonly<Record<string, Power>> = {
  ALL: { power: REMOUNTS },
  CAP_SYS_ADMIN: { power: REMOUNTS },
  CAP_SYS_MODULE: { power: 'load modules into the kernel' },
  CAP_SYS_RAWIO: { power: 'reach the ports and the memory of the hardware' },
  CAP_DAC_READ_SEARCH: { power: 'open every file of the file systems that it sees a part of' },
  CAP_SYS_PTRACE: { power: 'control every process of the host', unless: ({ pid }) => pid !== 'host' },
};

const volumeKeys = ({ volumes = [] }: CanonicalService, declared: Canonical['volumes']): readonly Exposed[] =>
  volumes.flatMap((volume, index) => {
    const { read_only: isReadOnly = false } = volume;
    const source = hostPathOf(volume, declared);
    if (source === undefined) return [];
    const path = ['volumes', index];
    // A socket takes connections on a read-only mount too.
    if (ENGINES.has(source)) return [{ path, power: 'start privileged containers through this socket' }];
    return SYSTEM.has(source.replace(/(?<=.)\/+$/, '')) && !isReadOnly
      ? [{ path, power: `change ${source} of the host` }]
      : [];
  });

/** The path on the host of a bind mount, or of a volume that is one. */
const hostPathOf = (
  { type, source = '' }: CanonicalVolume,
  declared: Canonical['volumes'] = {},
): string | undefined => {
  if (type === 'bind') return source;
  const { o = '', device } = (type === 'volume' && declared[source]?.driver_opts) || {};
  return o.split(',').some((option) => option === 'bind' || option === 'rbind') ? device : undefined;
};

const ENGINES = new Set(
  ['docker.sock', 'containerd/containerd.sock', 'podman/podman.sock', 'crio/crio.sock'].flatMap((socket) => [
    `/run/${socket}`,
    `/var/run/${socket}`,
  ]),
);

const SYSTEM = new Set(['/', '/boot', '/etc', '/lib', '/proc', '/root', '/sys', '/usr', '/var']);

/** Without a user the container runs as root; other users have no capabilities. */
const isRoot = ({ user }: CanonicalService): boolean =>
  user === undefined || ['', '0', 'root'].includes(String(user).split(':')[0]!);

const warning = (service: string, power: string, at: Place): Diagnostic => ({
  severity: 'warning',
  code: 'machine-exposed',
  message: `${quote(service)} can ${power}`,
  at,
  label: 'gives the machine away',
  help: 'trust the service as root of this machine, or leave this out; `tscompose isolation` shows what is open',
});
