import { oncePer } from '../../base/lazy.ts';
import { call, inside, onHost, type Ref, type Step } from '../../kernel/program/program.ts';
import { cgroupDirectory } from '../cgroups/hierarchies.ts';
import { FIXED, openAt } from '../descriptors.ts';
import type { Container } from '../facts.ts';
import type { OciDeviceRule } from '../oci.ts';
import { deviceHierarchy } from './hierarchy.ts';
import { deviceProgram } from './program.ts';
import { type DeviceRules, exceptionText, isOpen, rulesOf } from './rules.ts';

/** Loads the program that decides about device nodes. The supervisor does so once for all containers with its rules. */
export const loadSteps = (container: Container): readonly Step[] =>
  isByProgram(container) ? loading(container.config.linux.resources.devices!) : [];

/** The descriptors that the process of a container needs for `ruleSteps`. */
export const ruleDescriptors = (container: Container): readonly Ref[] =>
  isByProgram(container) ? ['$rules'] : [];

/** Sets the rules of the cgroup while it is empty. They end with the cgroup. */
export const ruleSteps = (container: Container): readonly Step[] => {
  const { host, places, config } = container;
  const hierarchy = deviceHierarchy(host.cgroups);
  const rules = restrictions(config.linux.resources.devices);
  if (!hierarchy || !rules) return [];
  const directory = cgroupDirectory(hierarchy, places.cgroup);
  return hierarchy.version === 2
    ? attachSteps(directory, attachmentOf(container), ATTACH)
    : fileSteps(directory, rules);
};

const isByProgram = ({ host, config }: Container): boolean =>
  deviceHierarchy(host.cgroups)?.version === 2 && restrictions(config.linux.resources.devices) !== undefined;

/** Undefined if all devices are open. */
const restrictions = (list: readonly OciDeviceRule[] | undefined): DeviceRules | undefined =>
  list && closedRules(list);

const closedRules = oncePer((list: readonly OciDeviceRule[]): DeviceRules | undefined => {
  const rules = rulesOf(list);
  return isOpen(rules) ? undefined : rules;
});

const loading = oncePer((list: readonly OciDeviceRule[]): readonly Step[] => [
  onHost(
    'the device nodes that containers with these rules may use',
    call('bpf', 'BPF_PROG_LOAD', {
      type: 'BPF_PROG_TYPE_CGROUP_DEVICE',
      program: deviceProgram(rulesOf(list)),
    }),
    { as: 'rules', shared: true },
  ),
]);

const ATTACH = 'root in the container can create any device node, but use only those of the rules';

type Attachment = 'BPF_F_ALLOW_OVERRIDE' | 'BPF_F_ALLOW_MULTI';

/** Attaches the program `$rules` to a cgroup. */
export const attachSteps = (directory: string, flags: Attachment, why: string): readonly Step[] => [
  ...openAt(
    FIXED.scratch,
    'cgroup',
    why,
    call('openat', 'AT_FDCWD', directory, 'O_RDONLY|O_DIRECTORY|O_CLOEXEC', 0),
  ),
  why === ATTACH ? ATTACHING[flags] : attaching(flags, why),
];

const attaching = (flags: Attachment, why: string): Step =>
  inside(
    why,
    call('bpf', 'BPF_PROG_ATTACH', {
      type: 'BPF_CGROUP_DEVICE',
      program: '$rules',
      target: FIXED.scratch,
      flags,
    }),
  );

const ATTACHING: Readonly<Record<Attachment, Step>> = {
  BPF_F_ALLOW_OVERRIDE: attaching('BPF_F_ALLOW_OVERRIDE', ATTACH),
  BPF_F_ALLOW_MULTI: attaching('BPF_F_ALLOW_MULTI', ATTACH),
};

/**
 * A cgroup below may replace the program, for privileged exec processes. A container with a capability that attaches
 * programs could do so too; its cgroups may only add programs, and its privileged exec processes keep the rules.
 */
const attachmentOf = ({ config: { process } }: Container): Attachment =>
  process.capabilities.bounding.some((name) => ATTACHES.has(name))
    ? 'BPF_F_ALLOW_MULTI'
    : 'BPF_F_ALLOW_OVERRIDE';

const ATTACHES = new Set(['CAP_SYS_ADMIN', 'CAP_BPF']);

/** Each write(2) is one rule. */
const fileSteps = (directory: string, { default: first, exceptions }: DeviceRules): readonly Step[] => {
  const [all, some] =
    first === 'deny' ? ['devices.deny', 'devices.allow'] : ['devices.allow', 'devices.deny'];
  return [
    ...opened(`${directory}/${all}`),
    inside(ATTACH, call('write', FIXED.scratch, 'a')),
    ...opened(`${directory}/${some}`),
    ...exceptions.map((exception) => inside(ATTACH, call('write', FIXED.scratch, exceptionText(exception)))),
  ];
};

const opened = (path: string): readonly Step[] =>
  openAt(FIXED.scratch, 'cgroup', ATTACH, call('openat', 'AT_FDCWD', path, 'O_WRONLY|O_CLOEXEC', 0));
