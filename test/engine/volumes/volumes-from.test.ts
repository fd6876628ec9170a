import test from 'ava';
import { newContainer } from '../../../src/engine/facts/new-container.ts';
import type { ContainerRecord } from '../../../src/engine/record/project-record.ts';
import { withInherited } from '../../../src/engine/volumes/volumes-from.ts';
import { configHash } from '../../../src/plan/hash.ts';
import type { Grant, GrantSource, Mount, Service } from '../../../src/project/model/project.ts';
import { service } from '../../container/samples.ts';

const bind = (target: string, source: string, readOnly = false): Mount => ({
  kind: 'bind',
  from: 'services.db.volumes[0]',
  target,
  source,
  readOnly,
  createHostPath: true,
});

const recordOf = (name: string, changes: Partial<Service>, number = 1): ContainerRecord =>
  newContainer(
    () => ({ ipv4: '10.0.0.2' }),
    service({ name, ...changes }),
    number,
    `app-${name}-${number}`,
    'direct',
  );

const nowhere = () => undefined;

/** `target source [ro]` of the container that is made last. */
const mountsOf = (
  records: readonly ContainerRecord[],
  elsewhere = nowhere as (name: string) => ContainerRecord | undefined,
) => {
  const containers = Object.fromEntries(records.map((record) => [record.name, record]));
  const { definition } = withInherited(containers, Object.keys(containers), elsewhere)[records.at(-1)!.name]!;
  return definition.mounts.map((mount) =>
    [
      mount.target,
      mount.kind === 'bind' ? mount.source : mount.kind === 'volume' ? mount.volume : mount.kind,
      ...(mount.readOnly ? ['ro'] : []),
    ].join(' '),
  );
};

const from = (name: string, readOnly = false) => ({ kind: 'service', name, readOnly }) as const;

test('bind mounts and volumes are taken over, own mounts win, and of two with one target the last', (t) => {
  const db = recordOf('db', {
    mounts: [
      bind('/a', '/db/a', true),
      bind('/b', '/db/b'),
      { kind: 'tmpfs', from: '', target: '/memory', readOnly: false, options: [] },
      { kind: 'volume', from: '', target: '/named', readOnly: false, volume: 'app_data' },
    ],
  });
  const other = recordOf('other', { mounts: [bind('/b', '/other/b'), bind('/c', '/other/c')] });
  const web = recordOf('web', {
    mounts: [bind('/c', '/web/c')],
    volumesFrom: [from('db'), from('other', true)],
  });
  t.deepEqual(mountsOf([db, other, web]), ['/a /db/a ro', '/b /other/b ro', '/named app_data', '/c /web/c']);
  // Red without: the filter of `inherited` in plan/hash.ts. Each `up` would recreate the container.
  const [made] = Object.values(withInherited({ db, web }, ['app-web-1'], nowhere)).slice(1);
  t.is(configHash(made!.definition), web.configHash);
});

test('an anonymous volume is that of the other container, into which nothing is copied', (t) => {
  const db = recordOf('db', { mounts: [{ kind: 'volume', from: '', target: '/data', readOnly: false }] });
  const web = recordOf('web', { volumesFrom: [from('db')] });
  const made = withInherited({ a: db, b: web }, [web.name], nowhere).b!;
  t.deepEqual(made.volumes, db.volumes);
  t.like(made.definition.mounts[0], {
    volume: db.volumes?.['/data'],
    noCopy: true,
    inherited: true,
    from: 'services.web.volumes_from[0]',
  });
});

test('configs and secrets from files are taken over, own targets win', (t) => {
  const secret = (target: string, source: GrantSource = { kind: 'file', path: '/token' }): Grant => ({
    from: 'services.db.secrets[0]',
    kind: 'secret',
    key: 'token',
    target,
    uid: 0,
    gid: 0,
    mode: 0o400,
    source,
  });
  const db = recordOf('db', {
    grants: [secret('/a'), secret('/b'), secret('/c'), secret('/d', { kind: 'environment', variable: 'D' })],
  });
  const web = recordOf('web', {
    mounts: [bind('/c', '/web/c')],
    grants: [secret('/own')],
    volumesFrom: [from('db')],
  });
  const last = recordOf('last', { volumesFrom: [from('web')] });
  const [, made, next] = Object.values(withInherited({ db, web, last }, [web.name, last.name], nowhere));
  const grantsOf = ({ definition: { grants = [] } }: ContainerRecord) =>
    grants.map(({ target, inherited, from }) => `${target} ${inherited ? from : 'own'}`);
  t.deepEqual(grantsOf(made!), [
    '/own own',
    ...['/a', '/b'].map((one) => `${one} services.web.volumes_from[0]`),
  ]);
  t.deepEqual(
    grantsOf(next!),
    ['/own', '/a', '/b'].map((one) => `${one} services.last.volumes_from[0]`),
  );
  // Red without: `isOwn` in plan/hash.ts. Each `up` would recreate the container.
  t.is(configHash(made!.definition), web.configHash);
  t.is(configHash(next!.definition), last.configHash);
});

test('what the other container has taken over itself is handed on, whatever their order', (t) => {
  const first = recordOf('first', { mounts: [bind('/a', '/first')] });
  const second = recordOf('second', { volumesFrom: [from('first')] });
  const third = recordOf('third', { volumesFrom: [from('second')] });
  t.deepEqual(mountsOf([second, first, third]), ['/a /first']);
});

test('a container of another project is found by its name, and a new one before that which it replaces', (t) => {
  const elsewhere = recordOf('db', { mounts: [bind('/a', '/elsewhere')] });
  const web = recordOf('web', { volumesFrom: [{ kind: 'container', name: 'other-db-1', readOnly: false }] });
  t.deepEqual(
    mountsOf([web], (name) => (name === 'other-db-1' ? elsewhere : undefined)),
    ['/a /elsewhere'],
  );
  const old = recordOf('db', { mounts: [bind('/a', '/old')] });
  const fresh = { ...recordOf('db', { mounts: [bind('/a', '/new')] }), name: 'new_db' };
  const containers = { [old.name]: old, new_db: fresh, web: recordOf('web', { volumesFrom: [from('db')] }) };
  const made = withInherited(containers, ['new_db', 'app-web-1'], nowhere).web!;
  t.like(made.definition.mounts[0], { source: '/new' });
});
