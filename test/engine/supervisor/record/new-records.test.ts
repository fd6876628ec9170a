import test from 'ava';
import { freeAddresses } from '../../../../src/engine/supervisor/record/new-records.ts';
import type { ContainerRecord } from '../../../../src/engine/supervisor/record/project-record.ts';

const record = (containers: Readonly<Record<string, ContainerRecord>>) => ({
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
    },
  },
  containers,
});

const held = (name: string, address: string) =>
  ({ name, addresses: { default: address } }) as unknown as ContainerRecord;

test('a container keeps its address, and others get free ones', (t) => {
  const addressOf = freeAddresses(record({ web: held('web', '172.18.0.3'), db: held('db', '172.18.0.2') }));
  t.deepEqual(
    ['new', 'web', 'other'].map((name) => addressOf('default', name)),
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
  const addressOf = freeAddresses(record(containers));
  const given = Array.from({ length: 1000 }, (_, index) => addressOf('default', `s${index}`));
  t.is(new Set(given).size, 1000);
  t.is(times, 1);
});
