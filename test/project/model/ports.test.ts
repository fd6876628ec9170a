import test from 'ava';
import { readPublished } from '../../../src/project/scalars/network/ports.ts';
import { loadText, service, web } from '../support.ts';

const tcp = (index: number, target: number) => ({
  from: `services.web.ports[${index}]`,
  target,
  protocol: 'tcp',
});
const one = (port: number) => ({ first: port, last: port });

test('the model of a service has every port that it publishes, and where it is written', (t) => {
  const { ports } = service(
    t,
    web(
      'ports: ["8080:80", 90, "127.0.0.1:53:53/udp", "[::1]:700-701:70-71", "600-610:60", {target: 1, published: 0}]',
    ),
  );
  t.deepEqual(ports, [
    { ...tcp(0, 80), published: one(8080) },
    tcp(1, 90),
    { from: 'services.web.ports[2]', target: 53, protocol: 'udp', published: one(53), hostIp: '127.0.0.1' },
    { ...tcp(3, 70), published: one(700), hostIp: '::1' },
    { ...tcp(4, 71), published: one(701), hostIp: '::1' },
    { ...tcp(5, 60), published: { first: 600, last: 610 } },
    tcp(6, 1),
  ]);
});

test('the place of a port of a range is that of the range', (t) => {
  const { project, places } = loadText(web('ports: ["1-2:1-2", "9:9"]'));
  const columns = project!.services.web!.ports!.map(({ from }) => places(from)!.column);
  t.deepEqual(columns, [13, 13, 24]);
});

test('the model of a service has the ports that it exposes', (t) => {
  const { expose } = service(t, web('expose: [80, 81/udp, "90-95"]'));
  t.deepEqual(expose, [
    { protocol: 'tcp', ...one(80) },
    { protocol: 'udp', ...one(81) },
    { protocol: 'tcp', first: 90, last: 95 },
  ]);
});

test('what cannot be published is left out of the model of a service that is not run', (t) => {
  const { project } = loadText(web('ports: [{target: 70000}, {target: 5, protocol: UDP}]'), { toRun: false });
  t.deepEqual(project!.services.web!.ports, [{ ...tcp(1, 5), protocol: 'udp' }]);
  t.true('flaw' in readPublished('90-80'));
});
