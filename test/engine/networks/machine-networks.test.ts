import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { createNetwork } from '../../../src/engine/networks/machine/create.ts';
import { endLease, leasesOf, takeLease } from '../../../src/engine/networks/machine/leases.ts';
import { type MachineNetworkPaths, machineNetworkPaths } from '../../../src/engine/networks/machine/paths.ts';
import { planMachineNetwork, type WantedNetwork } from '../../../src/engine/networks/machine/plan.ts';
import { removeRecord } from '../../../src/engine/networks/machine/remove.ts';
import { findNetwork, storedNetworks } from '../../../src/engine/networks/machine/stored-network.ts';

const inStore =
  (check: (t: ExecutionContext, paths: MachineNetworkPaths) => Promise<void>) =>
  async (t: ExecutionContext): Promise<void> => {
    const state = mkdtempSync(join(tmpdir(), 'tscompose-networks-'));
    try {
      await check(t, machineNetworkPaths(state));
    } finally {
      rmSync(state, { recursive: true, force: true });
    }
  };

const wanted = (name: string, more: Partial<WantedNetwork> = {}): WantedNetwork => ({
  ...{ name, subnets: [], gateways: [], ranges: [], auxiliary: {} },
  ...{ isInternal: false, hasIpv6: false, labels: {}, options: {}, ...more },
});

const lease = (address: string, container: string) => ({ address, project: 'app', container });

test(
  'a network is created once, also by two commands at the same time',
  inStore(async (t, paths) => {
    const network = planMachineNetwork(wanted('proxy'), []);
    const made = await Promise.all([createNetwork(paths, network), createNetwork(paths, network)]);
    t.is(made.filter(({ isNew }) => isNew).length, 1);
    t.is(made[0].stored.id, made[1].stored.id);
    t.deepEqual(storedNetworks(paths), [made[0].stored]);
    t.deepEqual(readdirSync(paths.store), ['proxy']);
  }),
);

test(
  'what a killed creation has left goes with the next one',
  inStore(async (t, paths) => {
    mkdirSync(`${paths.store}/.new-0123456789abcdef/leases`, { recursive: true });
    await createNetwork(paths, planMachineNetwork(wanted('proxy'), []));
    // Red without: sweepUnfinished in createNetwork.
    t.deepEqual(readdirSync(paths.store), ['proxy']);
  }),
);

test(
  'an address belongs to one container, and a network with one in use is not removed',
  inStore(async (t, paths) => {
    await createNetwork(paths, planMachineNetwork(wanted('proxy'), []));
    t.is(takeLease(paths, 'proxy', lease('172.20.0.2', 'one')), 'taken');
    t.is(takeLease(paths, 'proxy', lease('172.20.0.2', 'one')), 'taken');
    // Red without: EEXIST of link(2) as an answer.
    t.is(takeLease(paths, 'proxy', lease('172.20.0.2', 'two')), 'held');
    t.is(takeLease(paths, 'proxy', lease('172.20.0.3', 'two')), 'taken');
    t.deepEqual(readdirSync(paths.directory('proxy')).toSorted(), ['leases', 'network.json']);
    // Red without: the removal of the directory of leases before the rest.
    t.false(removeRecord(paths, 'proxy'));
    endLease(paths, 'proxy', '172.20.0.2');
    t.deepEqual(leasesOf(paths, 'proxy'), [lease('172.20.0.3', 'two')]);
    endLease(paths, 'proxy', '172.20.0.3');
    t.true(removeRecord(paths, 'proxy'));
    t.is(takeLease(paths, 'proxy', lease('172.20.0.2', 'one')), 'gone');
    t.is(findNetwork(paths, 'proxy'), undefined);
  }),
);

test(
  'a network whose removal was killed is gone, and its name is free',
  inStore(async (t, paths) => {
    const network = planMachineNetwork(wanted('proxy'), []);
    const { stored } = await createNetwork(paths, network);
    rmdirSync(paths.leases('proxy'));
    t.is(findNetwork(paths, 'proxy'), undefined);
    t.deepEqual(storedNetworks(paths), []);
    const again = await createNetwork(paths, network);
    t.true(again.isNew);
    t.not(again.stored.id, stored.id);
    t.true(existsSync(paths.leases('proxy')));
  }),
);

test('gateways, ranges and further addresses belong to the subnet that contains them', (t) => {
  const planned = planMachineNetwork(
    wanted('lan', {
      subnets: ['10.9.0.0/24', 'fd00:9::/64'],
      gateways: ['fd00:9::fe', '10.9.0.254'],
      ranges: ['10.9.0.128/25'],
      auxiliary: { printer: '10.9.0.130' },
    }),
    [],
  );
  t.deepEqual(planned.blocks, [
    { subnet: '10.9.0.0/24', gateway: '10.9.0.254', range: '10.9.0.128/25', reserved: ['10.9.0.130'] },
    { subnet: 'fd00:9::/64', gateway: 'fd00:9::fe' },
  ]);
  const error = t.throws(
    () =>
      planMachineNetwork(
        wanted('lan', {
          subnets: ['10.9.0.0/24'],
          gateways: ['10.8.0.1'],
          ranges: ['10.8.0.0/25'],
          auxiliary: { printer: '10.7.0.1' },
        }),
        [],
      ),
    { instanceOf: Problem },
  );
  t.is(error.diagnostics.length, 3);
});

// Red without: the refusal of a damaged record in create.ts, which would try for ever.
test(
  'a network whose record is damaged is refused, and stays as it is',
  inStore(async (t, paths) => {
    const network = planMachineNetwork(wanted('proxy'), []);
    await createNetwork(paths, network);
    writeFileSync(paths.definition('proxy'), '{');
    const error = await t.throwsAsync(createNetwork(paths, network), { instanceOf: Problem });
    t.is(error?.diagnostics[0]?.code, 'damaged-record');
    t.is(readFileSync(paths.definition('proxy'), 'utf8'), '{');
  }),
);

// Red without: isStoredName in the paths of networks of the machine.
test(
  'what a record calls a network leads nowhere outside of the store',
  inStore(async (t, paths) => {
    for (const name of ['.', '..', '../app', 'a/b', '']) {
      t.is(findNetwork(paths, name), undefined);
      t.is(leasesOf(paths, name), undefined);
      t.throws(() => removeRecord(paths, name), { instanceOf: TypeError });
    }
  }),
);
