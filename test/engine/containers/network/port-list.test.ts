import test from 'ava';
import {
  exposedPorts,
  portBindings,
  portList,
  portMap,
} from '../../../../src/engine/containers/network/port-list.ts';
import type { ContainerRecord } from '../../../../src/engine/record/project-record.ts';
import { service } from '../../../container/samples.ts';

const tcp = (first: number, last = first) => ({ protocol: 'tcp', first, last }) as const;
const record = {
  state: 'running',
  definition: service({
    expose: [tcp(80), tcp(90, 91), tcp(91)],
    ports: [{ from: 'services.web.ports[0]', target: 80, protocol: 'tcp' }],
  }),
  ports: [
    { protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 8080, port: 80 },
    { protocol: 'tcp', hostIp: '::', hostPort: 8080, port: 80 },
  ],
} as unknown as ContainerRecord;

test('the list has published ports and the others that are exposed', (t) => {
  t.deepEqual(portList(record), [
    { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    { PrivatePort: 90, Type: 'tcp' },
    { PrivatePort: 91, Type: 'tcp' },
  ]);
  t.deepEqual(portList({ ...record, state: 'exited' }), []);
});

test('inspect has the ports of the container, and what the files ask for', (t) => {
  t.deepEqual(portMap(record), {
    '80/tcp': [
      { HostIp: '0.0.0.0', HostPort: '8080' },
      { HostIp: '::', HostPort: '8080' },
    ],
    '90/tcp': null,
    '91/tcp': null,
  });
  t.deepEqual(portBindings(record), { '80/tcp': [{ HostIp: '', HostPort: '' }] });
  t.deepEqual(Object.keys(exposedPorts(record)), ['80/tcp', '90/tcp', '91/tcp']);
});
