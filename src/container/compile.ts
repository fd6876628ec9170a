import type { Program, Section, Step } from '../kernel/program.ts';
import { birthSteps, infancySteps, releaseSteps, waitSteps } from './birth.ts';
import { cgroupMountSteps, cgroupNamespaceSteps, doorSteps, joinSteps, limitSteps } from './cgroups.ts';
import { commandSteps, directorySteps, makeDirectorySteps, partingSteps } from './command.ts';
import { deviceSteps } from './devices.ts';
import type { Container } from './facts.ts';
import { initSteps } from './init.ts';
import { maskSteps, sysctlSteps } from './kernel-settings.ts';
import { mountSteps, planMounts, sourceSteps } from './mounts.ts';
import { interfaceSteps, linkSteps } from './network.ts';
import { placesSteps } from './places.ts';
import { privilegeSteps, rlimitSteps } from './privileges.ts';
import { layerSteps, pivotSteps, readonlySteps } from './root.ts';
import { sessionSteps, stdioSteps } from './stdio.ts';

/**
 * Everything that makes a container, in the order in which it is done: start reading here.
 * Sections of the host are made by the supervisor; while it attaches and links, the container makes its own.
 */
export const compile = (container: Container): Program => {
  const { name, config, host, places, stdio } = container;
  const { process } = config;
  const mounts = planMounts(container);
  const origin = (key: string): { readonly from?: string } => {
    const from = container.from(key);
    return from === undefined ? {} : { from };
  };
  return {
    name,
    sections: [
      section('Places on the host', placesSteps(container)),
      section('Limits, before there is anything to limit', limitSteps(container)),
      section('Birth', birthSteps(container)),
      section('From outside, while the container builds itself', linkSteps(container)),
      section('Release', releaseSteps),
      section(
        'First breath',
        infancySteps(container),
        stdioSteps(container),
        doorSteps(host.cgroups, places.cgroup),
      ),
      section('A root of its own', layerSteps(container), sourceSteps(mounts), pivotSteps),
      section('What is mounted in it', mountSteps(container, mounts), deviceSteps(container)),
      section('Settings of the kernel', sysctlSteps(container), maskSteps(container)),
      section(
        'In its cgroup and on its networks',
        joinSteps(host.cgroups),
        waitSteps,
        cgroupNamespaceSteps,
        cgroupMountSteps(container),
        interfaceSteps(container),
      ),
      section(
        'Shut in',
        sessionSteps(stdio === 'terminal'),
        rlimitSteps(process, origin),
        makeDirectorySteps(process, origin),
        directorySteps(process, origin),
        readonlySteps(container),
      ),
      section('Privileges given up', privilegeSteps(process, host.lastCapability, origin)),
      section('The command', partingSteps, initSteps(container), commandSteps(process, origin)),
    ],
  };
};

const section = (title: string, ...parts: readonly (readonly Step[])[]): Section => ({
  title,
  steps: parts.flat(),
});
