import test from 'ava';
import { freeAddresses } from '../../../src/engine/networks/addresses.ts';
import type { ContainerRecord, NetworkRecord } from '../../../src/engine/record/project-record.ts';
import { plainService } from '../../../src/project/model/plain-service.ts';
import type { Attachment, Service } from '../../../src/project/model/project.ts';

const record = (
  containers: Readonly<Record<string, ContainerRecord>>,
  network: Partial<NetworkRecord> = {},
) => ({
  version: 1 as const,
  name: 'app',
  workingDir: '/',
  files: [],
  networks: {
    default: {
      key: 'default',
      name: 'app_default',
      hash: '',
      subnet: '172.18.0.0/20',
      gateway: '172.18.0.1',
      bridge: '',
      ...network,
    },
  },
  containers,
});

const held = (name: string, address: string) =>
  ({ name, addresses: { default: address } }) as unknown as ContainerRecord;

test('a container keeps its address, and others get free ones', (t) => {
  const addressesOf = freeAddresses(
    record({ web: held('web', '172.18.0.3'), db: held('db', '172.18.0.2') }),
    [],
  );
  t.deepEqual(
    ['new', 'web', 'other'].map((name) => addressesOf('default', name).ipv4),
    ['172.18.0.4', '172.18.0.3', '172.18.0.5'],
  );
});

test('the containers that are there are looked through once, however many addresses are given', (t) => {
  let times = 0;
  const containers = new Proxy<Record<string, ContainerRecord>>(
    {},
    {
      ownKeys: () => {
        times++;
        return [];
      },
    },
  );
  const addressesOf = freeAddresses(record(containers), []);
  const given = Array.from({ length: 1000 }, (_, index) => addressesOf('default', `s${index}`).ipv4);
  t.is(new Set(given).size, 1000);
  t.is(times, 1);
});

const both: Partial<NetworkRecord> = {
  subnet6: 'fd00::/64',
  gateway6: 'fd00::1',
  blocks: [
    { subnet: '172.18.0.0/20', gateway: '172.18.0.1' },
    { subnet: 'fd00::/64', gateway: 'fd00::1' },
  ],
};

test('a container has an address of each family that the network has', (t) => {
  const addressesOf = freeAddresses(record({}, both), []);
  t.deepEqual(addressesOf('default', 'web'), { ipv4: '172.18.0.2', ipv6: 'fd00::2' });
  const only6 = { ...both, blocks: both.blocks!.slice(1), subnet: '', gateway: '' };
  t.deepEqual(freeAddresses(record({}, only6), [])('default', 'web'), { ipv6: 'fd00::2' });
});

// Red without: `promised` in engine/networks/address-book.ts.
test('an address that a service asks for is given to no other', (t) => {
  const wanted = { aliases: [], ipv4Address: '172.18.0.2', ipv6Address: 'fd00::3' };
  const addressesOf = freeAddresses(record({}, both), [service('db', wanted), service('web')]);
  t.deepEqual(
    [addressesOf('default', 'web'), addressesOf('default', 'api'), addressesOf('default', 'db', wanted)],
    [
      { ipv4: '172.18.0.3', ipv6: 'fd00::2' },
      { ipv4: '172.18.0.4', ipv6: 'fd00::4' },
      { ipv4: '172.18.0.2', ipv6: 'fd00::3' },
    ],
  );
});

// Red without: the look at `kept` before the own address in engine/networks/address-book.ts.
test('a container gives way to a service that asks for its address', (t) => {
  const wanted = { aliases: [], ipv4Address: '172.18.0.2' };
  const addressesOf = freeAddresses(record({ web: held('web', '172.18.0.2') }), [service('db', wanted)]);
  t.deepEqual(addressesOf('default', 'web'), { ipv4: '172.18.0.3' });
});

const service = (name: string, attachment: Attachment = { aliases: [] }): Service => ({
  ...plainService,
  name,
  networks: { default: attachment },
});
