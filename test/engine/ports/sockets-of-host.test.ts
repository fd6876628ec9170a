import test from 'ava';
import { type HostPort, portHolders } from '../../../src/engine/ports/sockets-of-host.ts';

const socket = (hostIp: string, hostPort = 8080, protocol: HostPort['protocol'] = 'tcp'): HostPort => ({
  ...{ hostIp, hostPort, protocol },
});

test('the holders of a socket are those of sockets that cannot exist beside it', (t) => {
  const holders = portHolders<string>();
  holders.add(socket('127.0.0.1'), 'one');
  holders.add(socket('127.0.0.2'), 'two');
  holders.add(socket('::'), 'six');
  t.deepEqual(holders.of(socket('0.0.0.0')), ['one', 'two']);
  t.deepEqual(holders.of(socket('127.0.0.2')), ['two']);
  t.deepEqual(holders.of(socket('::1')), ['six']);
  t.deepEqual(holders.of(socket('0.0.0.0', 8081)), []);
  t.deepEqual(holders.of(socket('0.0.0.0', 8080, 'udp')), []);
  holders.remove(socket('127.0.0.2'), 'one');
  holders.remove(socket('127.0.0.1'), 'one');
  t.deepEqual(holders.of(socket('0.0.0.0')), ['two']);
});
