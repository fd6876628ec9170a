import { existsSync, statSync } from 'node:fs';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { latestAlike } from '../../../base/lazy.ts';
import { blockIoFiles } from '../../../container/cgroups/block-io.ts';
import { joined } from '../../../container/cgroups/hierarchies.ts';
import { LIMITS } from '../../../container/cgroups/limit-table.ts';
import { type LimitFile, limitFiles } from '../../../container/cgroups/limits.ts';
import { resourcesOf } from '../../../container/cgroups/resources.ts';
import type { CgroupLayout, Hierarchy } from '../../../kernel/cgroup.ts';
import { keyOf } from '../../../project/model/key-of.ts';
import type { Limits, Project, Service } from '../../../project/model/project.ts';
import { cpusOf } from '../../../project/scalars/cpuset.ts';
import { availableCpus } from '../../cgroups/inheritance.ts';
import { readIfThere } from '../../directories/read-if-there.ts';
import { blockDevices } from '../../facts/gather-facts.ts';
import type { SampleCgroup } from '../sample-cgroup.ts';

/**
 * Limits that this kernel cannot set, and limits that name missing devices or CPUs. `sample` is a cgroup with the files
 * of new ones.
 */
export const limitProblems = (
  layout: CgroupLayout,
  project: Project,
  strict: boolean,
  sample: SampleCgroup,
): readonly Diagnostic[] => {
  const unsetOf = latestAlike((limits: Limits) => unset(layout, limits, sample));
  return Object.values(project.services).flatMap((service) => [
    ...unsetOf(service.limits).map(({ key, reason }) => unavailable(service, key, reason, strict)),
    ...cpuProblems(layout, service),
    ...deviceProblems(service),
  ]);
};

type Unset = { readonly key: string; readonly reason: string };

const unset = (layout: CgroupLayout, limits: Limits, sample: SampleCgroup): readonly Unset[] => {
  const hierarchies = joined(layout);
  return asked(limits).flatMap((limit) => {
    const { by } = LIMITS[limit];
    const hierarchy = hierarchies.find(({ version, controllers }) => controllers.includes(by[version] ?? ''));
    return hierarchy
      ? withoutFiles(hierarchy, limits, limit, sample)
      : [{ key: keyOf(limit), reason: withoutController(layout, limit) }];
  });
};

/** Explicit limits, without those that only follow from another one. */
const asked = (limits: Limits): readonly (keyof Limits)[] => {
  const files = ([1, 2] as const).flatMap((version) => limitFiles(limits, version));
  const needed = files.filter(({ ifMissing }) => ifMissing !== 'nothing').map(({ from }) => from);
  return [...new Set([...needed, ...(limits.blockIo ? (['blockIo'] as const) : [])])];
};

const withoutController = ({ hierarchies }: CgroupLayout, limit: keyof Limits): string => {
  const { by } = LIMITS[limit];
  const isNewer = hierarchies.some(
    ({ version, controllers }) => version === 2 && controllers.includes(by[1] ?? ''),
  );
  if (isNewer && by[2] === undefined) return 'version 2 of cgroups has no such limit';
  return `this machine has no ${by[2] ?? by[1]} controller that tscompose may use`;
};

/** Files that only some kernels have; one of several for a key is enough. */
const withoutFiles = (
  hierarchy: Hierarchy,
  limits: Limits,
  limit: keyof Limits,
  sample: SampleCgroup,
): readonly Unset[] => {
  const devices = limits.blockIo?.devices ?? [];
  const files =
    limit === 'blockIo'
      ? blockIoFiles(resourcesOf(limits, blockDevices(devices)).blockIO, hierarchy.version)
      : limitFiles(limits, hierarchy.version);
  const rare = files.filter(({ from, ifMissing }) => from === limit && ifMissing === 'warning');
  if (rare.length === 0) return [];
  const directory = sample(hierarchy, rare);
  if (directory === undefined) return [];
  const has = ({ file }: LimitFile): boolean => existsSync(`${directory}/${file}`);
  return [...new Set(rare.map(({ key }) => key))].flatMap((key) => {
    const candidates = rare.filter((file) => file.key === key);
    if (!candidates.some(has))
      return [{ key, reason: `this kernel has no ${candidates.map(({ file }) => file).join(' or ')}` }];
    return key === 'blkio_config.weight_device' &&
      !candidates.some((file) => has(file) && file.file === 'io.weight')
      ? unweighted(limits)
      : [];
  });
};

/** bfq-iosched.rst: only this scheduler supports weights, and each device has its own scheduler. */
const unweighted = ({ blockIo }: Limits): readonly Unset[] =>
  (blockIo?.devices ?? []).flatMap(({ limit, path, from }) => {
    const numbers = limit === 'weight_device' ? blockDevices([{ path }]).get(path) : undefined;
    const scheduler = numbers && readIfThere(`/sys/dev/block/${numbers.join(':')}/queue/scheduler`);
    if (scheduler === undefined || scheduler.includes('[bfq]')) return [];
    const key = from.split('.').slice(2).join('.');
    return [{ key, reason: `the scheduler of ${path} is not bfq, and others know no weights` }];
  });

const unavailable = ({ name }: Service, key: string, reason: string, strict: boolean): Diagnostic => ({
  severity: strict ? 'error' : 'warning',
  code: 'no-controller',
  message: `\`${key}\` cannot be set: ${reason}`,
  from: `services.${name}.${key}`,
  notes: strict ? [] : ['the service runs without this limit'],
  help: '`tscompose doctor` shows the cgroups of this machine',
});

const cpuProblems = (layout: CgroupLayout, { name, limits: { cpuset } }: Service): readonly Diagnostic[] => {
  if (cpuset === undefined) return [];
  const available = availableCpus(layout);
  const usable = new Set(cpusOf(available));
  if (cpusOf(cpuset).every((cpu) => usable.has(cpu))) return [];
  return [
    {
      severity: 'error',
      code: 'invalid-value',
      message: `requested CPUs are not available: requested ${cpuset}, available ${available}`,
      from: `services.${name}.cpuset`,
      help: `choose from ${available}`,
    },
  ];
};

const deviceProblems = ({ limits }: Service): readonly Diagnostic[] =>
  (limits.blockIo?.devices ?? []).flatMap(({ path, from }): readonly Diagnostic[] => {
    const entry = statSync(path, { throwIfNoEntry: false });
    if (entry?.isBlockDevice()) return [];
    return [
      {
        severity: 'error',
        code: 'invalid-value',
        message: entry ? `\`${path}\` is not a block device` : `there is no device \`${path}\``,
        from,
        help: '`lsblk` lists the block devices of this machine',
      },
    ];
  });
