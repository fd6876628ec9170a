import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { portLines } from '../../../src/cli/actions/port.ts';
import { container } from '../container.ts';

const web = container({
  Ports: [
    { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    { IP: '::1', PrivatePort: 53, PublicPort: 53, Type: 'udp' },
    { PrivatePort: 90, Type: 'tcp' },
  ],
});

test('a port is printed with the address and port of the host', (t) => {
  t.deepEqual(portLines(web, 80, undefined), ['0.0.0.0:8080']);
  t.deepEqual(portLines(web, 53, 'udp'), ['[::1]:53']);
  t.deepEqual(portLines(web, 90, undefined), [':0'], 'as Docker Compose');
});

test('without a port, every published one is printed', (t) => {
  t.deepEqual(portLines(web, undefined, undefined), [
    '80/tcp -> 0.0.0.0:8080',
    '80/tcp -> [::]:8080',
    '53/udp -> [::1]:53',
  ]);
  t.deepEqual(portLines(web, undefined, 'udp'), ['53/udp -> [::1]:53']);
});

test('a port that the container does not have', (t) => {
  const error = t.throws(() => portLines(web, 53, undefined), { instanceOf: Problem });
  t.is(error.message, 'no port 53/tcp for container app-web-1: 80/tcp, 53/udp, 90/tcp');
});
