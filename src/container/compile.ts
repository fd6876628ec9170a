import { inOrder, type Program, type Section, type Step } from '../kernel/program/program.ts';
import { cgroupOf, limitSteps } from './cgroups/cgroups.ts';
import { doorSteps, doorsOf, joinSteps } from './cgroups/entry.ts';
import { joined } from './cgroups/hierarchies.ts';
import { cgroupMountSteps } from './cgroups/mounts.ts';
import { loadSteps } from './devices/steps.ts';
import type { Container } from './facts.ts';
import { hostnameSteps } from './hostname.ts';
import { sysctlSteps } from './kernel-settings.ts';
import { cgroupNamespaceSteps, isHeir } from './namespaces.ts';
import { interfaceSteps, linkSteps } from './network.ts';
import { birthSteps, infancySteps, releaseSteps, waitSteps } from './process/birth.ts';
import {
  commandSteps,
  directorySteps,
  immortalStep,
  makeDirectorySteps,
  partingSteps,
} from './process/command.ts';
import {
  heirInfancySteps,
  heirStageSteps,
  limitsAfter,
  limitsBefore,
  successionSteps,
} from './process/heir.ts';
import { createContainerSteps, enterRootSteps, hookStageSteps } from './process/hooks.ts';
import { hasHooks } from './process/hooks-of.ts';
import { initStageSteps, initSteps } from './process/init.ts';
import { oomScoreSteps } from './process/oom-score.ts';
import { confinementSteps, privilegeSteps, rlimitSteps } from './process/privileges.ts';
import { nullInputSteps, sessionSteps, stdioSteps } from './process/stdio.ts';
import { resolverSteps } from './resolver.ts';
import { consoleSteps } from './root/console.ts';
import { elsewhereSteps } from './root/devices.ts';
import { etcFileSteps, etcMountSteps, etcSystemSteps } from './root/etc.ts';
import { grantFileSteps } from './root/grants.ts';
import { maskSteps } from './root/masks.ts';
import { mountSteps, planMounts } from './root/mounts.ts';
import { ownPlacesSteps, placesSteps } from './root/places.ts';
import { layerSteps, mountNamespaceStep, pivotSteps, readonlySteps } from './root/root.ts';
import { sharedMountSteps } from './root/shared-mounts.ts';
import { privateSourceSteps, propagatedSourceSteps, sourceLimitSteps } from './root/sources.ts';

/**
 * All steps that make a container, in order: start reading here.
 * As many steps as possible are made in the container, because the next start waits for the steps of the supervisor.
 */
export const compile = (container: Container): Program => {
  const { name, config, filter, host, stdio } = container;
  const cgroup = cgroupOf(container);
  const { process } = config;
  const heir = isHeir(container);
  const hooks = hasHooks(container);
  const mounts = planMounts(container);
  const isAsked = (key: string): boolean => container.origin(key) !== undefined;
  const confinement = confinementSteps(process, filter);
  return {
    name,
    sections: [
      section(
        'Directories, pipes and files of /etc',
        placesSteps(container),
        etcSystemSteps(container),
        grantFileSteps(container),
      ),
      section(
        'Creation and release of the process',
        loadSteps(container),
        birthSteps(container),
        heir ? [] : releaseSteps,
      ),
      section(
        'First calls of the process',
        infancySteps,
        hookStageSteps(container),
        oomScoreSteps(container),
        stdioSteps(container),
        sourceLimitSteps(mounts, host),
      ),
      section(
        'Layer of the container and content of its files',
        ownPlacesSteps(container),
        etcFileSteps(container),
      ),
      section(
        'Cgroups, limits and device rules',
        limitSteps(container),
        doorSteps(doorsOf(host.cgroups, cgroup)),
      ),
      section('Network, UTS and IPC namespaces', linkSteps(container), hostnameSteps(container)),
      section(
        'Mount namespace and root file system',
        sharedMountSteps(container, mounts),
        [mountNamespaceStep],
        propagatedSourceSteps(mounts),
        layerSteps(container),
        etcMountSteps(container),
        privateSourceSteps(mounts),
        hooks ? enterRootSteps : pivotSteps,
      ),
      section(
        'Mounts and devices',
        mountSteps(container, mounts),
        nullInputSteps(container),
        elsewhereSteps(container),
        consoleSteps(container),
      ),
      ...(hooks
        ? [section('Hooks of devices and change of the root', createContainerSteps(container), pivotSteps)]
        : []),
      section('Sysctls and masked paths', sysctlSteps(container), maskSteps(container)),
      section(
        'Entry into the cgroups, configuration of the networks',
        joinSteps(joined(host.cgroups)),
        heir ? [] : waitSteps,
        cgroupNamespaceSteps(container),
        cgroupMountSteps(container),
        interfaceSteps(container),
        resolverSteps(container),
      ),
      section(
        'Session, resource limits and working directory',
        heir ? [] : sessionSteps(stdio === 'terminal'),
        rlimitSteps(heir ? limitsBefore(process) : process, isAsked),
        makeDirectorySteps(process),
        directorySteps(process),
        readonlySteps(container),
      ),
      section(
        'Privileges',
        partingSteps,
        heir ? heirStageSteps(container) : initStageSteps(container),
        privilegeSteps(process, host.lastCapability, filter),
      ),
      ...(heir
        ? [
            section('Entry into the PID namespace', successionSteps(container, confinement)),
            section('Release of the command', heirInfancySteps, releaseSteps, waitSteps),
          ]
        : []),
      section(
        'The command',
        ...(heir
          ? [rlimitSteps(limitsAfter(process), isAsked), sessionSteps(stdio === 'terminal'), [immortalStep]]
          : []),
        ...(container.init
          ? [initSteps(container, heir ? [] : confinement), commandSteps(process)]
          : [commandSteps(process, heir ? [] : confinement)]),
      ),
    ],
  };
};

const section = (title: string, ...parts: readonly (readonly Step[])[]): Section => ({
  title,
  steps: inOrder(parts),
});
