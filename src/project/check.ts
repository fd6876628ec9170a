import type { Diagnostic } from '../base/diagnostic.ts';
import type { Check, Checked } from './checks/check.ts';
import { dependencyCycles, dependencyReferences } from './checks/dependencies.ts';
import { swap, ulimits } from './checks/limits.ts';
import { bindSources, targets } from './checks/mounts.ts';
import {
  furtherBlocks,
  gateways,
  networkNames,
  networkReferences,
  overlappingSubnets,
} from './checks/networks.ts';
import { commands, containerNames, roots } from './checks/services.ts';

/** Everything that can only be asked of the whole project. */
const checks: readonly Check[] = [
  roots,
  commands,
  containerNames,
  swap,
  ulimits,
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

export function check(project: Checked): Diagnostic[] {
  return checks.flatMap((ask) => ask(project));
}
