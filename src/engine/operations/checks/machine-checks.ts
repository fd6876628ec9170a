import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { containerNamesOf, existingNames } from '../../../project/model/container-name.ts';
import type { Project } from '../../../project/model/project.ts';
import { replicasOf } from '../../../project/model/replicas.ts';
import type { Context } from '../../context/context.ts';
import { namesIfThere, readIfThere } from '../../directories/read-if-there.ts';
import { findGroup, findUser, passwdOf } from '../../facts/accounts.ts';
import { MAX_ATTACHMENTS } from '../../networks/bridges.ts';
import { glance } from '../../record/read.ts';
import type { SampleCgroup } from '../sample-cgroup.ts';
import { deviceProblems } from './device-checks.ts';
import { imageMountProblems } from './image-mount-checks.ts';
import { limitProblems } from './limit-checks.ts';
import { namespaceProblems } from './namespace-checks.ts';
import { networkProblems } from './network-checks.ts';
import { propagationProblems } from './propagation-checks.ts';
import { volumesFromProblems } from './volumes-from-checks.ts';

/** All checks against this host, before anything is created. */
export const checkMachine = (
  context: Checked,
  project: Project,
  strict: boolean,
  sample: SampleCgroup,
): readonly Diagnostic[] => [
  ...namespaceProblems(context, project),
  ...volumesFromProblems(context, project),
  ...propagationProblems(project, () => readFileSync('/proc/self/mountinfo', 'utf8')),
  ...imageMountProblems(project),
  ...limitProblems(context.host.cgroups, project, strict, sample),
  ...deviceProblems(context.host.cgroups, project, strict),
  ...nameProblems(context, project),
  ...networkProblems(context, project),
  ...attachmentProblems(project),
  ...userProblems(context, project),
  ...groupProblems(context, project),
  ...(context.layersInMemory ? [LAYERS_IN_MEMORY] : []),
];

type Checked = Pick<Context, 'paths' | 'record' | 'host' | 'hostRoot' | 'layersInMemory' | 'route'>;

const LAYERS_IN_MEMORY: Diagnostic = {
  severity: 'warning',
  code: 'overlay-on-tmpfs',
  message:
    'the state directory does not support overlay layers, so the layers of containers are kept in memory',
  notes: ['layers are lost when their containers stop'],
  help: 'set TSCOMPOSE_STATE_DIR to a directory on ext4, xfs or btrfs',
};

// Container names are unique on the host, across projects.
const nameProblems = ({ paths, record }: Checked, project: Project): readonly Diagnostic[] => {
  const existing = existingNames(Object.values(record.containers));
  const wanted = Object.values(project.services).flatMap((service) =>
    containerNamesOf(project, service, existing).map((container) => ({ container, service: service.name })),
  );
  return namesIfThere(dirname(paths.state)).flatMap((owner) => {
    if (owner === record.name) return [];
    const path = join(dirname(paths.state), owner, 'project.json');
    // A record is read in full only where a name is in its text, which most often is in none.
    const text = readIfThere(path);
    const named = wanted.filter(({ container }) => text.includes(JSON.stringify(container)));
    const containers = named.length === 0 ? {} : (glance(path)?.containers ?? {});
    return named
      .filter(({ container }) => Object.hasOwn(containers, container))
      .map(({ container, service }) => nameInUse(container, owner, `services.${service}.container_name`));
  });
};

const nameInUse = (container: string, owner: string, from: string): Diagnostic => ({
  severity: 'error',
  code: 'name-in-use',
  message: `the container name \`${container}\` is in use by project ${owner}`,
  from,
  help: `choose another name, or run \`tscompose -p ${owner} down\``,
});

const userProblems = ({ hostRoot }: Checked, project: Project): readonly Diagnostic[] =>
  Object.values(project.services).flatMap((service): readonly Diagnostic[] => {
    if (service.user === undefined) return [];
    const { user } = findUser(service.user, ...passwdOf(service, hostRoot));
    if (!Number.isNaN(user.uid) && !Number.isNaN(user.gid)) return [];
    const [name, group] = service.user.split(':');
    return [
      {
        severity: 'error',
        code: 'invalid-value',
        message: Number.isNaN(user.uid)
          ? `user \`${name}\` is not in /etc/passwd of ${service.name}’s root file system`
          : `group \`${group}\` is not in /etc/group of ${service.name}’s root file system`,
        from: `services.${service.name}.user`,
        help: 'give a number, or a name in /etc/passwd and /etc/group of the root file system',
      },
    ];
  });

const groupProblems = ({ hostRoot }: Checked, project: Project): readonly Diagnostic[] =>
  Object.values(project.services).flatMap((service) => {
    if (!service.groupAdd) return [];
    const [, group] = passwdOf(service, hostRoot);
    return service.groupAdd.flatMap((name, index): readonly Diagnostic[] =>
      Number.isNaN(findGroup(name, group))
        ? [
            {
              severity: 'error',
              code: 'invalid-value',
              message: `group \`${name}\` is not in /etc/group of ${service.name}’s root file system`,
              from: `services.${service.name}.group_add[${index}]`,
              help: 'give a number, or a name in /etc/group of the root file system',
            },
          ]
        : [],
    );
  });

const attachmentProblems = (project: Project): readonly Diagnostic[] =>
  Object.keys(project.networks).flatMap((key): readonly Diagnostic[] => {
    const attached = Object.values(project.services)
      .filter(({ networks }) => key in networks)
      .reduce((sum, service) => sum + replicasOf(service), 0);
    if (attached <= MAX_ATTACHMENTS) return [];
    return [
      {
        severity: 'error',
        code: 'too-many-attachments',
        message: `network \`${key}\` would have ${attached} attachments; a bridge has at most ${MAX_ATTACHMENTS} ports`,
        from: `networks.${key}`,
        help: 'spread the services over several networks',
      },
    ];
  });
