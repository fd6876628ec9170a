import test from 'ava';
import type { Isolation, Owner } from '../../../src/engine/isolation/facts.ts';
import { sharedMounts } from '../../../src/engine/isolation/shared-mounts.ts';
import { withSharers } from '../../../src/engine/isolation/sharers.ts';
import { isolation, mount, namespaces } from './samples.ts';

const planned = (container: string, pid: Owner) => ({
  container,
  facts: isolation({ namespaces: namespaces({ pid }) }),
});
const of = (name: string): Owner => ({ kind: 'shared', with: [name] });
const pidsOf = (all: readonly { readonly facts: Isolation }[]) =>
  all.map(({ facts }) => facts.namespaces.pid);

test('all containers in a namespace know each other, also over a chain', (t) => {
  const all = withSharers([
    planned('db', { kind: 'own' }),
    planned('web', of('db')),
    planned('api', of('web')),
    planned('alone', { kind: 'own' }),
  ]);
  t.deepEqual(pidsOf(all), [
    { kind: 'shared', with: ['api', 'web'] },
    { kind: 'shared', with: ['api', 'db'] },
    { kind: 'shared', with: ['db', 'web'] },
    { kind: 'own' },
  ]);
  t.deepEqual(all[0]!.facts.namespaces.ipc, { kind: 'own' });
});

test('the namespace of a container that is in the host’s is the host’s', (t) => {
  t.deepEqual(pidsOf(withSharers([planned('db', { kind: 'host' }), planned('web', of('db'))])), [
    { kind: 'host' },
    { kind: 'host' },
  ]);
});

test('a namespace of a container elsewhere, and a circle', (t) => {
  t.deepEqual(pidsOf(withSharers([planned('web', of('other'))])), [of('other')]);
  t.deepEqual(pidsOf(withSharers([planned('a', of('b')), planned('b', of('a'))])).length, 2);
});

const holder = (container: string, ...hostMounts: Isolation['hostMounts']) => ({
  container,
  facts: { hostMounts },
});

test('a path that several containers see and one may write is shared, also the one below another', (t) => {
  const [shared] = sharedMounts([
    holder('web', mount('/in', { identity: '8:1 /srv/data/sub', source: '/srv/data/sub' })),
    holder('db', mount('/data', { identity: '8:1 /srv/data', source: '/srv/data', isWritable: false })),
    holder('api', mount('/else', { identity: '8:1 /srv/database' })),
  ]);
  t.deepEqual(shared, {
    source: '/srv/data',
    in: [
      { container: 'web', target: '/in', isWritable: true },
      { container: 'db', target: '/data', isWritable: false },
    ],
  });
});

test('a path that nobody may write, or that only one container sees, is not shared', (t) => {
  const readOnly = mount('/usr', { isWritable: false });
  t.deepEqual(sharedMounts([holder('web', readOnly), holder('db', readOnly)]), []);
  t.deepEqual(sharedMounts([holder('web', mount('/a'), mount('/b', { identity: '8:1 /srv/a' }))]), []);
});
