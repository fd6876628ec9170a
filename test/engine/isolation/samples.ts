import { DEFAULT_CAPABILITIES } from '../../../src/container/defaults.ts';
import { capabilityFacts } from '../../../src/engine/isolation/capability-facts.ts';
import type { HostMount, Isolation, ProcessFacts } from '../../../src/engine/isolation/facts.ts';

export const capabilities = (...changes: readonly string[]) => {
  const added = changes.filter((name) => !name.startsWith('-'));
  const dropped = changes.filter((name) => name.startsWith('-')).map((name) => name.slice(1));
  return capabilityFacts(
    (name) => (DEFAULT_CAPABILITIES.includes(name) || added.includes(name)) && !dropped.includes(name),
  );
};

export const user = (uid: number, hostUid = uid) => ({ uid, gid: uid, hostUid, hostGid: hostUid });

export const processFacts = (changes: Partial<ProcessFacts> = {}): ProcessFacts => ({
  capabilities: capabilities(),
  filters: 1,
  noNewPrivileges: false,
  user: user(1000),
  ...changes,
});

/** A container in which nothing is open. */
export const isolation = (changes: Partial<Isolation> = {}): Isolation => ({
  namespaces: namespaces(),
  process: processFacts(),
  exceptions: [],
  devices: { access: 'default', beyond: [] },
  hostMounts: [],
  ...changes,
});

export const namespaces = (changes: Partial<Isolation['namespaces']> = {}): Isolation['namespaces'] => ({
  pid: { kind: 'own' },
  network: { kind: 'own' },
  ipc: { kind: 'own' },
  uts: { kind: 'own' },
  mount: { kind: 'own' },
  cgroup: { kind: 'own' },
  ...changes,
});

export const mount = (target: string, changes: Partial<HostMount> = {}): HostMount => ({
  target,
  source: `/srv${target}`,
  isWritable: true,
  propagation: 'private',
  identity: `8:1 /srv${target}`,
  ...changes,
});
