import test from 'ava';
import { addrAdd, addrDump } from '../../../src/kernel/netlink/addr.ts';
import { parseAnswers } from '../../../src/kernel/netlink/answer.ts';
import type { Netlink } from '../../../src/kernel/netlink/message.ts';
import { addressesOf, routesOf } from '../../../src/kernel/netlink/parse.ts';
import { routeAdd, routeDump, routeReplace } from '../../../src/kernel/netlink/route.ts';

test('each request reads like the ip command that would do the same', (t) => {
  t.deepEqual(
    [
      addrAdd({ device: 2, address: '172.18.0.2', prefix: 20 }),
      addrAdd({ device: '$bridge', address: '10.0.0.1', prefix: 31 }),
      addrDump(),
      routeAdd({ to: 'default', via: '172.18.0.1' }),
      routeAdd({ to: '10.0.0.0/8', via: '172.18.0.1', device: 2 }),
      routeDump(),
    ].map(({ text }) => text),
    [
      'addr add 172.18.0.2/20 brd 172.18.15.255 dev 2',
      'addr add 10.0.0.1/31 dev $bridge',
      'addr show',
      'route add default via 172.18.0.1',
      'route add 10.0.0.0/8 via 172.18.0.1 dev 2',
      'route show table all',
    ],
  );
});

test('a default route is exactly these bytes', (t) => {
  t.is(
    Buffer.from(routeAdd({ to: 'default', via: '172.18.0.1' }).bytes).toString('hex'),
    [
      '24000000 1800 0506 00000000 00000000', // 36 bytes, RTM_NEWROUTE, REQUEST|ACK|CREATE|EXCL
      '02 00 00 00 fe 03 00 01 00000000', // AF_INET /0, main, boot, universe, unicast
      '0800 0500 ac120001', // RTA_GATEWAY
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});

test('any address is read back as the same address', (t) => {
  for (let round = 0; round < 500; round++) {
    const address = Array.from({ length: 4 }, (_, index) => (round * 7919 * (index + 3)) % 256).join('.');
    const wanted = { device: 1 + ((round * 104729) % 2 ** 31), address, prefix: round % 33 };
    t.deepEqual(addressesOf(answer(addrAdd(wanted))), [wanted]);
  }
});

test('any route is read back as the same route', (t) => {
  t.deepEqual(routesOf(answer(routeAdd({ to: 'default', via: '10.1.2.3' }))), [
    { to: '0.0.0.0/0', table: 254, via: '10.1.2.3' },
  ]);
  for (let prefix = 8; prefix <= 32; prefix++) {
    const [route] = routesOf(
      answer(routeAdd({ to: `10.0.0.0/${prefix}`, via: '192.168.1.1', device: prefix })),
    );
    t.deepEqual(route, { to: `10.0.0.0/${prefix}`, table: 254, device: prefix, via: '192.168.1.1' });
  }
});

test('an IPv6 address is usable at once, and routes go through a gateway or over the link', (t) => {
  const added = addrAdd({ device: 2, address: 'fd00::2', prefix: 64 });
  t.is(added.text, 'addr add fd00::2/64 dev 2 nodad');
  // struct ifaddrmsg of linux/if_addr.h: AF_INET6, the prefix, IFA_F_NODAD.
  t.deepEqual([...added.bytes.subarray(16, 20)], [10, 64, 2, 0]);
  t.deepEqual(addressesOf(answer(added)), [{ device: 2, address: 'fd00::2', prefix: 64 }]);
  t.deepEqual(routesOf(answer(routeAdd({ to: 'default', via: 'fd00::1', device: 2 }))), [
    { to: '::/0', table: 254, device: 2, via: 'fd00::1' },
  ]);
  const replaced = routeReplace({ to: 'default', via: 'fd00::1', device: 2 });
  t.is(replaced.text, 'route replace default via fd00::1 dev 2');
  // NLM_F_REQUEST, NLM_F_ACK, NLM_F_REPLACE and NLM_F_CREATE.
  t.deepEqual([...replaced.bytes.subarray(6, 8)], [0x05, 0x05]);
  const near = routeAdd({ to: '10.1.0.0/24', device: 2 });
  t.is(near.text, 'route add 10.1.0.0/24 dev 2');
  // RT_SCOPE_LINK, the seventh byte of struct rtmsg.
  t.is(near.bytes[22], 253);
  t.deepEqual(routesOf(answer(near)), [{ to: '10.1.0.0/24', table: 254, device: 2 }]);
});

test('what is no network is refused', (t) => {
  t.throws(() => routeAdd({ to: '10.0.0.0', via: '172.18.0.1' }), { instanceOf: TypeError });
  t.throws(() => addrAdd({ device: 2, address: 'fe80::x', prefix: 64 }), { instanceOf: TypeError });
});

const answer = ({ bytes }: Netlink) => parseAnswers(bytes);
