import test from 'ava';
import type { Mapping } from '../../../src/engine/networks/filter/mapping.ts';
import { openPublishedPorts } from '../../../src/engine/ports/published-ports.ts';
import type { ContainerRecord, NetworkRecord } from '../../../src/engine/record/project-record.ts';
import { service } from '../../container/samples.ts';
import { client, fate, ownAddress, withRelay } from './relay/with-relay.ts';

const NETWORKS = { default: { key: 'default', name: 'default' } as NetworkRecord };

/** Containers with the same port at addresses of their own; the targets do not listen. */
const containers = (count: number): readonly ContainerRecord[] =>
  Array.from({ length: count }, (_, index) => {
    const hostIp = ownAddress();
    return {
      name: `app-s${index}-1`,
      definition: service({ networks: { default: { aliases: [] } } }),
      addresses: { default: `10.255.0.${index + 2}` },
      ports: [{ protocol: 'tcp', hostIp, hostPort: 8080, port: 80 }],
    } as unknown as ContainerRecord;
  });

test('ports that leave within one turn leave with one change, and clients are refused then', (t) =>
  withRelay(async ({ relay, container, later }) => {
    const changes: (readonly Mapping[])[] = [];
    const filter = { publish: () => {}, unpublish: (some: readonly Mapping[]) => void changes.push(some) };
    const releases: number[] = [];
    const ports = openPublishedPorts({ networks: NETWORKS }, filter, {
      ...relayOf(relay),
      release: (sockets) => {
        releases.push(sockets.length);
        return relay.release(sockets);
      },
    });
    const all = containers(3);
    const { pid } = await container();
    for (const one of all) {
      await ports.reserve(one);
      await ports.publish(one, pid);
    }
    changes.length = 0;
    await Promise.all(all.map((one) => ports.unpublish(one)));
    t.deepEqual([changes.length, releases], [1, [3]]);
    for (const { ports: [bound] = [] } of all)
      t.is(await fate(client({ address: bound!.hostIp, port: 8080 }, later)), 'ECONNREFUSED');
  }));

test('a port that is taken again in the turn in which it leaves stays reserved', (t) =>
  withRelay(async ({ relay, container }) => {
    const filter = { publish: () => {}, unpublish: () => {} };
    const ports = openPublishedPorts({ networks: NETWORKS }, filter, relay);
    const [one] = containers(1);
    const next = { ...one!, name: 'app-next-1' };
    const { pid } = await container();
    await ports.reserve(one!);
    await ports.publish(one!, pid);
    await t.throwsAsync(ports.reserve(next), { message: /is in use by container app-s0-1/ });
    const leaves = ports.unpublish(one!);
    await ports.reserve(next);
    await leaves;
    const { hostIp } = one!.ports![0]!;
    const other = { protocol: 'tcp', address: hostIp, port: 8080 } as const;
    await withRelay(async ({ relay: ofOther }) => {
      t.is((await ofOther.reserve([other])).length, 1, 'another program does not get it');
    });
  }));

/** Its methods without their object. */
const relayOf = (relay: Parameters<typeof openPublishedPorts>[2]) => ({
  adopt: relay.adopt.bind(relay),
  reserve: relay.reserve.bind(relay),
  open: relay.open.bind(relay),
  close: relay.close.bind(relay),
  end: relay.end.bind(relay),
});
