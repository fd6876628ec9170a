import type { Diagnostic } from '../base/diagnostic.ts';
import type { Check, Checked } from './checks/check.ts';
import { combinations } from './checks/combinations.ts';
import { dependencyCycles, dependencyReferences } from './checks/dependencies.ts';
import { patience, quota, realtime, swap, ulimits } from './checks/limits.ts';
import { bindSources, kindsOfMounts, targets } from './checks/mounts.ts';
import { joinableNamespaces, settingsOfTheHost, sizeOfShm } from './checks/namespaces.ts';
import {
  furtherBlocks,
  gateways,
  networkNames,
  networkReferences,
  overlappingSubnets,
} from './checks/networks.ts';
import { portsOfSeveralFiles, publishedPorts } from './checks/ports.ts';
import { references } from './checks/references.ts';
import { deployments, namedReplicas } from './checks/replicas.ts';
import { commands, containerNames, roots, watchTargets } from './checks/services.ts';

/** What only somebody needs to know who wants the services to run. */
const checksToRun: readonly Check[] = [roots, commands, kindsOfMounts];

/** Everything that can only be asked of the whole project. */
const checks: readonly Check[] = [
  containerNames,
  namedReplicas,
  deployments,
  combinations,
  references,
  publishedPorts,
  portsOfSeveralFiles,
  watchTargets,
  swap,
  quota,
  realtime,
  patience,
  ulimits,
  settingsOfTheHost,
  joinableNamespaces,
  sizeOfShm,
  targets,
  bindSources,
  dependencyReferences,
  dependencyCycles,
  networkReferences,
  networkNames,
  gateways,
  overlappingSubnets,
  furtherBlocks,
];

export function check(project: Checked, { toRun }: { readonly toRun: boolean }): Diagnostic[] {
  return [...checks, ...(toRun ? checksToRun : [])].flatMap((ask) => ask(project));
}
