import test from 'ava';
import { type Bind, choosePort } from '../../../src/engine/ports/choose-ports.ts';
import { doCollide, textOf } from '../../../src/engine/ports/sockets-of-host.ts';
import { errnoNumber } from '../../../src/kernel/program/errno.ts';
import type { Port } from '../../../src/project/model/project.ts';
import { isLoopback } from '../../../src/project/scalars/network/addresses.ts';

const BOTH = ['0.0.0.0', '::'];
const IN_USE = errnoNumber('EADDRINUSE');

const port = (more: Partial<Port> = {}): Port => ({
  from: 'services.web.ports[0]',
  target: 80,
  protocol: 'tcp',
  ...more,
});
const between = (first: number, last = first) => port({ published: { first, last } });
const at = (hostPort: number, hostIp = '0.0.0.0') =>
  ({ protocol: 'tcp', hostIp, hostPort, port: 80 }) as const;

/** A machine with used ports; of port 0 it takes the next of these. */
const machine = (used: readonly string[] = [], free: readonly number[] = []): Bind => {
  const next = [...free];
  return ({ hostIp, hostPort }) => {
    const chosen = hostPort || next.shift()!;
    return used.includes(`${hostIp} ${chosen}`) ? { errno: IN_USE } : { port: chosen };
  };
};

const chosen = (one: Port, bind: Bind, before: Parameters<typeof choosePort>[1]['before'] = []) => {
  const choice = choosePort(one, { before, defaultIps: BOTH, bind });
  return 'bound' in choice
    ? choice.bound.map(({ hostIp, hostPort }) => `${hostIp} ${hostPort}`)
    : choice.refused;
};

test('a port is published at all addresses, or at the one that is written', (t) => {
  t.deepEqual(chosen(between(8080), machine()), ['0.0.0.0 8080', ':: 8080']);
  t.deepEqual(chosen(port({ ...between(8080), hostIp: '127.0.0.1' }), machine()), ['127.0.0.1 8080']);
});

test('of a range, the first port that is free at every address', (t) => {
  t.deepEqual(chosen(between(1, 4), machine(['0.0.0.0 1', ':: 2'])), ['0.0.0.0 3', ':: 3']);
  t.deepEqual(chosen(between(1, 2), machine(['0.0.0.0 1', ':: 2'])), [
    { protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 1, errno: IN_USE },
    { protocol: 'tcp', hostIp: '::', hostPort: 2, errno: IN_USE },
  ]);
  t.deepEqual(chosen(between(0, 1), machine()), ['0.0.0.0 1', ':: 1'], 'port 0 is none');
});

test('a port that the kernel chooses is the same at every address', (t) => {
  t.deepEqual(chosen(port(), machine([':: 50000'], [50_000, 50_001])), ['0.0.0.0 50001', ':: 50001']);
});

test('what the file leaves open stays as it was', (t) => {
  t.deepEqual(chosen(port(), machine([], [9]), [at(50_000)]), ['0.0.0.0 50000', ':: 50000']);
  t.deepEqual(chosen(between(1, 9), machine(), [at(5)]), ['0.0.0.0 5', ':: 5']);
  t.deepEqual(chosen(between(1, 9), machine(), [at(50)]), ['0.0.0.0 1', ':: 1'], 'outside the range');
  t.deepEqual(chosen(between(1, 9), machine(['0.0.0.0 5']), [at(5)]), ['0.0.0.0 1', ':: 1'], 'in use now');
  t.deepEqual(chosen(port(), machine([], [9]), [{ ...at(50), protocol: 'udp' }]), ['0.0.0.0 9', ':: 9']);
});

test('sockets of the host that exclude each other', (t) => {
  t.true(doCollide(at(80), at(80, '127.0.0.1')));
  t.true(doCollide(at(80, '::'), at(80, '::1')));
  t.false(doCollide(at(80), at(80, '::')));
  t.false(doCollide(at(80, '127.0.0.1'), at(80, '127.0.0.2')));
  t.false(doCollide(at(80), { ...at(80), protocol: 'udp' }));
  t.false(doCollide(at(80), at(81)));
});

test('addresses of loopback, and texts of sockets', (t) => {
  t.deepEqual(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', '0::1'].filter(isLoopback).length, 5);
  t.deepEqual(['0.0.0.0', '::', '10.127.0.1', 'fd00::1', '::2'].filter(isLoopback), []);
  t.is(textOf(at(80)), '80/tcp');
  t.is(textOf(at(80, '0::0')), '80/tcp');
  t.is(textOf(at(80, '::1')), '[::1]:80/tcp');
  t.is(textOf(at(80, '10.0.0.1')), '10.0.0.1:80/tcp');
});
