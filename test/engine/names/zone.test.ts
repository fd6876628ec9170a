import test from 'ava';
import { addressBytes } from '../../../src/base/address-bytes.ts';
import { encodeName } from '../../../src/engine/names/answer.ts';
import { IN, TYPE } from '../../../src/engine/names/query.ts';
import { reversedAddress } from '../../../src/engine/names/reversed-address.ts';
import { type Named, openZone, type Zone } from '../../../src/engine/names/zone.ts';
import type { Link } from '../../../src/project/scalars/references.ts';

type Description = {
  readonly number?: number;
  readonly oneOff?: boolean;
  readonly name?: string;
  readonly six?: Readonly<Record<string, string>>;
  readonly aliases?: readonly string[];
  readonly hostname?: string;
  readonly domainname?: string;
  readonly links?: readonly Link[];
  readonly externalLinks?: readonly Link[];
};

const container = (
  service: string,
  addresses: Readonly<Record<string, string>>,
  {
    number = 1,
    oneOff = false,
    name = `app-${service}-${number}`,
    six,
    aliases = [],
    ...definition
  }: Description = {},
): Named =>
  ({
    id: Buffer.from(name).toString('hex').padEnd(64, '0'),
    name,
    service,
    number,
    oneOff,
    addresses,
    ...(six && { addresses6: six }),
    definition: {
      networks: Object.fromEntries(Object.keys({ ...addresses, ...six }).map((key) => [key, { aliases }])),
      ...definition,
    },
  }) as unknown as Named;

const zoneOf = (...containers: readonly Named[]): Zone => zoneWith(undefined, ...containers);

const zoneWith = (
  hasEnded: ((name: string) => boolean) | undefined,
  ...containers: readonly Named[]
): Zone => {
  const network = (key: string) => ({ name: `app_${key}` });
  const networks = { front: network('front'), back: network('back') } as never;
  const zone = openZone({ networks }, hasEnded);
  for (const each of containers) zone.put(each);
  return zone;
};

const four = (zone: Zone, asker: Named, name: string): readonly string[] | undefined =>
  zone.find(asker, { name, type: TYPE.A, class: IN })?.map((data) => data.join('.'));

const web = container('web', { front: '10.0.0.2', back: '10.0.1.2' });

test('a container has the names that Docker gives it, those of its service and of its network', (t) => {
  const db = container(
    'db',
    { front: '10.0.0.3' },
    { name: 'Store', aliases: ['Cache'], hostname: 'lantern', domainname: 'example.org' },
  );
  const zone = zoneOf(web, db);
  const id = db.id.slice(0, 12);
  const names = ['db', 'db-1', 'store', id, 'cache', 'lantern', 'lantern.example.org'];
  for (const name of names.flatMap((each) => [each, `${each}.front`, `${each}.app_front`]))
    t.deepEqual(four(zone, web, name), ['10.0.0.3'], name);
  for (const name of ['', 'd', 'db.', 'db.back', 'db.other', 'front', '.front', 'db.example.org'])
    t.is(four(zone, web, name), undefined, name);
});

test('the addresses behind one name change their order with each answer', (t) => {
  const replicas = [1, 2, 3].map((number) => container('db', { front: `10.0.0.1${number}` }, { number }));
  const zone = zoneOf(web, ...replicas);
  const answers = [1, 2, 3, 4].map(() =>
    four(zone, web, 'db')!
      .map((address) => address.at(-1))
      .join(''),
  );
  t.deepEqual(answers, ['123', '231', '312', '123']);
  t.deepEqual(four(zone, web, 'db-2'), ['10.0.0.12']);
});

// Red without: `hasEnded` in `lookUp`, and in `pointer`.
test('a container that has ended has no name any more, whether its end was heard or not', (t) => {
  const ended = new Set<string>();
  const replicas = [1, 2].map((number) => container('db', { front: `10.0.0.1${number}` }, { number }));
  const zone = zoneWith((name) => ended.has(name), web, ...replicas);
  const pointer = () => zone.find(web, { name: '11.0.0.10.in-addr.arpa', type: TYPE.PTR, class: IN });
  t.truthy(pointer());
  ended.add('app-db-1');
  t.deepEqual(four(zone, web, 'db'), ['10.0.0.12']);
  t.is(four(zone, web, 'db-1.front'), undefined);
  t.is(pointer(), undefined);
  ended.add('app-db-2');
  t.is(four(zone, web, 'db'), undefined);
  ended.clear();
  t.is(four(zone, web, 'db')!.length, 2);
});

// Red without: the networks of the asker in `lookUp`, and in `pointer`.
test('networks that are not shared are not seen', (t) => {
  const asker = container('asker', { back: '10.0.1.9' });
  const zone = zoneOf(web, asker, container('db', { front: '10.0.0.3' }));
  t.deepEqual(four(zone, asker, 'web'), ['10.0.1.2']);
  t.is(four(zone, asker, 'db'), undefined);
  t.is(four(zone, asker, 'web.front'), undefined);
  const pointer = (name: string) => zone.find(asker, { name, type: TYPE.PTR, class: IN });
  t.deepEqual(pointer('2.1.0.10.in-addr.arpa'), [encodeName('app-web-1.app_back')]);
  t.is(pointer('2.0.0.10.in-addr.arpa'), undefined);
  t.is(pointer('2.0.0.10'), undefined);
});

test('a name has no record of the other family, and none of other types', (t) => {
  const six = container('six', {}, { six: { front: 'fd00::5' } });
  const zone = zoneOf(web, six);
  const find = (name: string, type: number) => zone.find(web, { name, type, class: IN });
  t.deepEqual(find('web', TYPE.AAAA), []);
  t.deepEqual(find('web', 15), []);
  t.deepEqual(find('six', TYPE.A), []);
  t.deepEqual(find('six', TYPE.AAAA), [addressBytes('fd00::5')]);
  const reversed = `${'fd00'.padEnd(31, '0')}5`.split('').reverse().join('.');
  t.deepEqual(find(`${reversed}.ip6.arpa`, TYPE.PTR), [encodeName('app-six-1.app_front')]);
  t.is(zone.find(web, { name: 'web', type: TYPE.A, class: 3 }), undefined);
});

test('names follow when a container starts, moves and ends', (t) => {
  const db = container('db', { front: '10.0.0.3' });
  const zone = zoneOf(web, db);
  zone.put(container('db', { front: '10.0.0.4' }));
  t.deepEqual(four(zone, web, 'db'), ['10.0.0.4']);
  zone.put(container('other', { front: '10.0.0.3' }));
  zone.remove('app-db-1');
  t.is(four(zone, web, 'db'), undefined);
  t.deepEqual(zone.find(web, { name: '3.0.0.10.in-addr.arpa', type: TYPE.PTR, class: IN }), [
    encodeName('app-other-1.app_front'),
  ]);
  zone.remove('app-db-1');
});

// Red without: the filter by `hasNames` in `find`.
test('a network without names has links alone', (t) => {
  const without = (one: Named): Named => ({
    ...one,
    definition: { ...one.definition, networks: { back: { aliases: [], hasNames: false } } },
  });
  const links = [{ name: 'db', alias: 'database' }];
  const web = without(container('web', { back: '10.0.0.2' }, { links }));
  const zone = zoneOf(web, without(container('db', { back: '10.0.0.3' })));
  for (const name of ['db', 'db.back', 'db.app_back', 'app-db-1', 'web'])
    t.is(zone.find(web, { name, type: TYPE.A, class: IN }), undefined, name);
  t.is(zone.find(web, { name: '3.0.0.10.in-addr.arpa', type: TYPE.PTR, class: IN }), undefined);
  t.is(zone.find(web, { name: 'database', type: TYPE.A, class: IN })?.length, 1);
});

test('links are names for one service alone', (t) => {
  const asker = container(
    'asker',
    { front: '10.0.0.9' },
    { links: [{ name: 'db', alias: 'Database' }], externalLinks: [{ name: 'Store', alias: 'files' }] },
  );
  const zone = zoneOf(web, asker, container('db', { front: '10.0.0.3' }, { name: 'Store' }));
  t.deepEqual([four(zone, asker, 'database'), four(zone, asker, 'files')], [['10.0.0.3'], ['10.0.0.3']]);
  t.is(four(zone, web, 'database'), undefined);
});

test('a one-off container has its own name, and that of its service only as an alias', (t) => {
  const task = (...aliases: readonly string[]) =>
    container('db', { front: '10.0.0.8' }, { oneOff: true, name: 'app-db-run-1', aliases });
  const zone = zoneOf(web, task());
  t.deepEqual(four(zone, web, 'app-db-run-1'), ['10.0.0.8']);
  for (const name of ['db', 'db-1']) t.is(four(zone, web, name), undefined, name);
  zone.put(task('db'));
  t.deepEqual(four(zone, web, 'db'), ['10.0.0.8']);
});

test('addresses are read as bytes, also from the names of pointers', (t) => {
  for (const [text, bytes] of [
    ['10.0.0.255', '0a0000ff'],
    ['::', ''.padEnd(32, '0')],
    ['::1', '1'.padStart(32, '0')],
    ['fd00::', 'fd00'.padEnd(32, '0')],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
    ['fe80::1%eth0', `${'fe80'.padEnd(31, '0')}1`],
  ] as const)
    t.is(Buffer.from(addressBytes(text)).toString('hex'), bytes, text);
  for (const text of ['', '10.0.0', 'web']) t.throws(() => addressBytes(text), { instanceOf: TypeError });
  t.is(reversedAddress('256.0.0.10.in-addr.arpa'), undefined);
  t.is(reversedAddress('1.0.in-addr.arpa'), undefined);
});
