import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Check, Checked } from './checked.ts';
import { patience, quota, realtime, swap, ulimits } from './conflicting-limits.ts';
import { dependencyCycles, dependencyReferences } from './dependency-cycles.ts';
import { deployments, namedReplicas } from './deployments.ts';
import { joinableNamespaces, settingsOfTheHost, sizeOfShm } from './joined-namespaces.ts';
import { combinations } from './key-combinations.ts';
import { bindSources, kindsOfMounts, targets } from './mount-targets.ts';
import {
  furtherBlocks,
  gateways,
  networkNames,
  networkReferences,
  overlappingSubnets,
} from './network-addresses.ts';
import { portsOfSeveralFiles, publishedPorts } from './published-ports.ts';
import { commands, containerNames, roots, watchTargets } from './runnable.ts';
import { unknownNames } from './unknown-names.ts';

/** Checks that matter only for running the services. */
const checksToRun: readonly Check[] = [roots, commands, kindsOfMounts];

/** Everything that can only be asked of the whole project. */
const checks: readonly Check[] = [
  containerNames,
  namedReplicas,
  deployments,
  combinations,
  unknownNames,
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
