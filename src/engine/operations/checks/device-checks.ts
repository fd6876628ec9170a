import type { Diagnostic } from '../../../base/diagnostic.ts';
import { deviceHierarchy } from '../../../container/devices/hierarchy.ts';
import type { CgroupLayout } from '../../../kernel/cgroup.ts';
import type { Project, Service } from '../../../project/model/project.ts';
import { sourceProblems } from '../../devices/sources.ts';

/** Devices that this machine does not have, rules that open more than they say, and rules that nothing enforces. */
export const deviceProblems = (
  layout: CgroupLayout,
  project: Project,
  strict: boolean,
): readonly Diagnostic[] => {
  const services = Object.values(project.services);
  return [
    ...(deviceHierarchy(layout) || services.every(({ privileged }) => privileged)
      ? []
      : [unrestricted(strict)]),
    ...services.flatMap((service) => [...sourceProblems(service), ...wideRules(service)]),
  ];
};

const unrestricted = (strict: boolean): Diagnostic => ({
  severity: strict ? 'error' : 'warning',
  code: 'no-controller',
  message: 'device nodes cannot be restricted: this machine has no cgroups that tscompose may use',
  notes: strict ? [] : ['root in a container can make and open the node of any device, such as a disk'],
  help: 'mount cgroup version 2; `tscompose doctor` shows the cgroups of this machine',
});

/** As the kernel's controller: a rule of type `a` is about all devices, whatever its numbers. */
const wideRules = ({ name, privileged, deviceRules = [] }: Service): readonly Diagnostic[] =>
  privileged
    ? []
    : deviceRules.flatMap((rule, index): readonly Diagnostic[] =>
        !rule.startsWith('a') || /^a \*:\* (?=.*r)(?=.*w)(?=.*m)/.test(rule)
          ? []
          : [
              {
                severity: 'warning',
                code: 'invalid-value',
                message: `the rule \`${rule}\` opens all devices of the machine`,
                from: `services.${name}.device_cgroup_rules[${index}]`,
                notes: ['the kernel ignores the numbers and permissions of a rule of type `a`'],
                help: `write \`c${rule.slice(1)}\` for character devices, \`b${rule.slice(1)}\` for block devices`,
              },
            ],
      );
