import { type NamespaceKey, readCgroupParent, readNamespace } from '../scalars/namespaces.ts';
import { grammar, type Keys, orNothing, text } from './fields.ts';

/** Whose namespaces a service has, and under which cgroup it stands. */
export function namespaceKeys(): Keys {
  return {
    pid: () =>
      namespace('pid').describe(
        'Whose processes it sees: `host`, `service:name` or `container:name`; its own by default.',
      ),
    ipc: () =>
      namespace('ipc').describe(
        'Whose shared memory and queues it has: `host`, `service:name`, `container:name`, or its own, which is `none` without /dev/shm and `private` if no other may join.',
      ),
    uts: () => namespace('uts').describe('Whose host name it has: `host`, or its own by default.'),
    cgroup: () =>
      namespace('cgroup').describe(
        'Which cgroups it sees: `private` for its own, `host` for all of the machine.',
      ),
    cgroup_parent: () =>
      orNothing(grammar(text(), readCgroupParent)).describe(
        'Cgroup below which the container stands, made when it is missing.',
      ),
  };
}

const namespace = (key: NamespaceKey) => orNothing(grammar(text(), readNamespace(key)));
