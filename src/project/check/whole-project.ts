import type { Diagnostic } from '../../base/diagnostic.ts';
import { builds } from './builds.ts';
import type { Check, Checked } from './checked.ts';
import { conditions, dependencyCycles, dependencyReferences } from './dependency-cycles.ts';
import { patience, quota, realtime, swap, ulimits } from './deploy/conflicting-limits.ts';
import { deployments } from './deploy/deployments.ts';
import { leastLimits } from './deploy/least-limits.ts';
import { logOptions } from './deploy/log-options.ts';
import { addressedReplicas, missingReplicas, namedReplicas, publishedReplicas } from './deploy/replicas.ts';
import { isError } from './diagnostic-list.ts';
import { imageNames } from './image-names.ts';
import { combinationsOfServices, combinationsOfValues, combinationsToRun } from './key-combinations.ts';
import { fixedAddresses, hardwareAddresses, interfaceNames } from './networks/attachments.ts';
import { bridgeNames, driverOptions } from './networks/driver-options.ts';
import { endpointOptions } from './networks/endpoint-options.ts';
import { joinableNamespaces, settingsOfTheHost, sizeOfShm } from './networks/joined-namespaces.ts';
import {
  familiesOfNetworks,
  networkNames,
  networkReferences,
  overlappingSubnets,
  partsOfBlocks,
  validNetworkNames,
} from './networks/network-addresses.ts';
import {
  portsOfInternalNetworks,
  portsOfJoinedNamespaces,
  portsOfSeveralFiles,
  publishedPorts,
  sctpOfLoopback,
} from './networks/published-ports.ts';
import { onlyServices } from './project-selection.ts';
import { commands, containerNames, images, roots, watchTargets } from './runnable.ts';
import { grantSources, grantTargets } from './security/grants.ts';
import { machineExposure } from './security/machine-exposure.ts';
import { kindsOfMounts, numberOfMounts, sources, targets } from './storage/mount-targets.ts';
import { subpaths, volumeDefinitions } from './storage/volume-definitions.ts';
import { unknownNames } from './unknown-names.ts';
import { healthTests, valuesToRun } from './values-to-run.ts';

/** Checks that matter only for running a service. */
const checksToRun: readonly Check[] = [
  roots,
  commands,
  kindsOfMounts,
  numberOfMounts,
  volumeDefinitions,
  validNetworkNames,
  subpaths,
  valuesToRun,
  logOptions,
  combinationsToRun,
  swap,
  quota,
  leastLimits,
  ulimits,
  machineExposure,
  portsOfJoinedNamespaces,
  portsOfInternalNetworks,
  sctpOfLoopback,
  publishedReplicas,
  addressedReplicas,
  grantSources,
  grantTargets,
];

/** Checks of services and networks against each other that matter only for running them. */
const checksToRunTogether: readonly Check[] = [
  publishedPorts,
  familiesOfNetworks,
  partsOfBlocks,
  overlappingSubnets,
  driverOptions,
  bridgeNames,
  fixedAddresses,
  hardwareAddresses,
  interfaceNames,
  endpointOptions,
  missingReplicas,
];

/** The rules for one value alone, without those between services and resources. */
const checksOfValues: readonly Check[] = [combinationsOfValues, sources, conditions];

/** Checks of services against each other, which matter only for those that are used together. */
const checksTogether: readonly Check[] = [containerNames, portsOfSeveralFiles];

/** Everything that can only be asked of the whole project. */
const checks: readonly Check[] = [
  namedReplicas,
  deployments,
  combinationsOfServices,
  unknownNames,
  images,
  imageNames,
  watchTargets,
  healthTests,
  builds,
  realtime,
  patience,
  settingsOfTheHost,
  joinableNamespaces,
  sizeOfShm,
  targets,
  dependencyReferences,
  dependencyCycles,
  networkReferences,
  networkNames,
];

export function checkValues(project: Checked): Diagnostic[] {
  return checksOfValues.flatMap((ask) => ask(project));
}

/** Checks the project; what matters for running and together is asked of the selected services only. */
export function check(
  project: Checked,
  { toRun, selected }: { readonly toRun: boolean; readonly selected: ReadonlySet<string> },
): Diagnostic[] {
  const part = withOnly(project, selected);
  const asked = [...checksTogether, ...(toRun ? [...checksToRunTogether, ...checksToRun] : [])];
  return [...checks.flatMap((ask) => ask(project)), ...asked.flatMap((ask) => ask(part))];
}

/** Whether a service can be run by itself. */
export function isRunnable(alone: Checked): boolean {
  return !checksToRun.some((ask) => ask(alone).some(isError));
}

export function withOnly(project: Checked, services: ReadonlySet<string>): Checked {
  return { ...project, canonical: onlyServices(project.canonical, services) };
}
