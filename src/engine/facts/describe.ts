import { existsSync } from 'node:fs';
import type { ModelPath } from '../../base/diagnostic.ts';
import { ociConfig } from '../../container/config.ts';
import type { Container } from '../../container/facts.ts';
import { grantSpace } from '../../container/root/grants.ts';
import { confinementOf } from '../../container/seccomp/confinement.ts';
import { programKey } from '../../project/model/program-key.ts';
import type { Service } from '../../project/model/project.ts';
import { inheritanceOf } from '../cgroups/inheritance.ts';
import type { Context } from '../context/context.ts';
import { cgroupOf, hostnameOf } from '../context/identifiers.ts';
import type { Registry } from '../devices/cdi/registry.ts';
import { isSpecified } from '../devices/cdi/requests.ts';
import { etcFiles, hasResolver } from '../etc/etc-files.ts';
import { networkHolder, sharedNamespaces } from '../namespaces/shared-namespaces.ts';
import type { ContainerRecord } from '../record/project-record.ts';
import { volumeSources } from '../volumes/volume-sources.ts';
import type { Accounts } from './accounts.ts';
import { serviceFacts } from './gather-facts.ts';
import { linksOf } from './links.ts';

type DescribeContext = Pick<
  Context,
  'paths' | 'record' | 'host' | 'hostRoot' | 'bridges' | 'layersInMemory'
> & {
  readonly volumes: Pick<Context['volumes'], 'data'>;
  readonly names: Pick<Context['names'], 'resolver'>;
  readonly accounts?: Accounts;
};

/** The compiler's input for a recorded container. */
export const describe = (
  context: DescribeContext,
  record: ContainerRecord,
  registryOf?: () => Registry,
): Container => {
  const { definition } = record;
  const { grants = [] } = definition;
  const paths = context.paths.container(record.name);
  const volumes = volumeSources(record, context.volumes.data);
  const facts = serviceFacts(definition, context.hostRoot, volumes, registryOf, context.accounts?.of);
  // As in Docker, the names of a network namespace are those of the container that it belongs to.
  const holder = networkHolder(context.record, record) ?? record;
  const hasOwnName = definition.hostname !== undefined || definition.namespaces?.uts !== undefined;
  const hostname = hostnameOf(hasOwnName ? record : holder);
  const cgroup = cgroupOf(context.record.name, record);
  const links = linksOf(context, record);
  const config = ociConfig(definition, facts, context.host, { hostname, cgroup: cgroup.path });
  return {
    name: `${record.service}-${record.number}`,
    config,
    isOnImage: definition.rootfs.kind === 'image',
    filter: confinementOf(definition, config.process.capabilities.bounding, context.host)?.filter(
      `services.${record.service}.security_opt`,
    ),
    init: definition.init,
    places: {
      run: paths.run,
      mountPoint: context.paths.mountPoint,
      layer: paths.layer,
      layerInMemory: context.layersInMemory,
      cgroup: cgroup.path,
    },
    shared: sharedNamespaces(context.record, record),
    inheritance: inheritanceOf(context.host.cgroups, cgroup, definition, () => othersOf(context, record)),
    links,
    ...(links.length > 0 ? { resolver: context.names.resolver() } : {}),
    files: facts.files,
    volumes: facts.volumes,
    madeSources: definition.mounts.flatMap((mount) =>
      mount.kind === 'bind' && mount.createHostPath && !existsSync(mount.source)
        ? [{ path: mount.source, target: mount.target }]
        : [],
    ),
    grants,
    // Contents are read at a start; most fit into a page.
    grantBytes: grantSpace(grants.map(() => 0)),
    etc: {
      ...etcFiles(holder, context.record, hasResolver(context.record, record)),
      hostname: `${hostname}\n`,
    },
    host: context.host,
    stdio: definition.tty ? 'terminal' : 'logs',
    hasInput: definition.stdinOpen,
    ...(record.run?.consoleSize === undefined ? {} : { consoleSize: record.run.consoleSize }),
    origin: originIn(record),
  };
};

const othersOf = (
  { record: { containers } }: DescribeContext,
  { name }: ContainerRecord,
): readonly Service[] =>
  Object.values(containers)
    .filter((other) => other.name !== name)
    .map(({ definition }) => definition);

/** Where a service asks for the first device of a specification. */
const firstRequest = ({ name, devices = [], deviceRequests = [] }: Service): ModelPath | undefined => {
  const index = devices.findIndex(isSpecified);
  return index >= 0 ? `services.${name}.devices[${index}]` : deviceRequests[0]?.from;
};

// The model keeps the positions of mounts; other attributes are found by their key.
const originIn = ({ service, definition, run }: ContainerRecord): Container['origin'] => {
  const mounts = new Map(
    [...definition.mounts, ...(definition.grants ?? [])].map(({ target, from }) => [target, from]),
  );
  return (key) => {
    if (key === 'command' && run?.hasCommand) return undefined;
    if (key === 'command') return `services.${service}.${programKey(definition)}`;
    if (key === 'hooks') return firstRequest(definition);
    const [, limit] = /^ulimits\.(.*)$/.exec(key) ?? [];
    if (limit !== undefined && !(limit in definition.ulimits)) return undefined;
    return key.startsWith('/') ? mounts.get(key) : `services.${service}.${key}`;
  };
};
