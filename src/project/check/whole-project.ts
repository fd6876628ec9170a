import type { Diagnostic } from '../../base/diagnostic.ts';
import { fixedAddresses, hardwareAddresses, interfaceNames } from './attachments.ts';
import { builds } from './builds.ts';
import type { Check, Checked } from './checked.ts';
import { patience, quota, realtime, swap, ulimits } from './conflicting-limits.ts';
import { conditions, dependencyCycles, dependencyReferences } from './dependency-cycles.ts';
import { deployments } from './deployments.ts';
import { isError } from './diagnostic-list.ts';
import { bridgeNames, driverOptions } from './driver-options.ts';
import { endpointOptions } from './endpoint-options.ts';
import { grantSources, grantTargets } from './grants.ts';
import { joinableNamespaces, settingsOfTheHost, sizeOfShm } from './joined-namespaces.ts';
import { combinationsOfServices, combinationsOfValues, combinationsToRun } from './key-combinations.ts';
import { leastLimits } from './least-limits.ts';
import { logOptions } from './log-options.ts';
import { machineExposure } from './machine-exposure.ts';
import { kindsOfMounts, numberOfMounts, sources, targets } from './mount-targets.ts';
import {
  familiesOfNetworks,
  networkNames,
  networkReferences,
  overlappingSubnets,
  partsOfBlocks,
  validNetworkNames,
} from './network-addresses.ts';
import { onlyServices } from './project-selection.ts';
import {
  portsOfInternalNetworks,
  portsOfJoinedNamespaces,
  portsOfSeveralFiles,
  publishedPorts,
  sctpOfLoopback,
} from './published-ports.ts';
import { addressedReplicas, missingReplicas, namedReplicas, publishedReplicas } from './replicas.ts';
import { commands, containerNames, images, roots, watchTargets } from './runnable.ts';
import { unknownNames } from './unknown-names.ts';
import { healthTests, valuesToRun } from './values-to-run.ts';
import { subpaths, volumeDefinitions } from './volume-definitions.ts';

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

/** What one value must be, whatever the services and the resources want of each other. */
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
