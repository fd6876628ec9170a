import test from 'ava';
import { parseAnswers } from '../../../src/kernel/netlink/answer.ts';
import {
  groupOf,
  linkAddBridge,
  linkAddVeth,
  linkDel,
  linkDelGroup,
  linkDump,
  linkGet,
  linkSet,
  macOf,
} from '../../../src/kernel/netlink/link.ts';
import type { Netlink } from '../../../src/kernel/netlink/message.ts';
import { linksOf } from '../../../src/kernel/netlink/parse.ts';

const veth = linkAddVeth({
  name: 'tsc4f2a1b0',
  master: 12,
  peer: { name: 'eth0', index: 2, netns: { pid: '$pid' }, mac: '02:42:ac:12:00:02' },
});

test('each request reads like the ip command that would do the same', (t) => {
  t.deepEqual(
    [
      linkAddBridge({ name: 'tsc9c1d', mac: '02:42:ac:12:00:01' }),
      linkSet('tsc9c1d', { alias: 'tscompose/app/default', group: groupOf(12), forwarding: 'off' }),
      linkSet('tsc9c1d', { addrGenMode: 'none' }),
      linkSet('tsc9c1d', { up: true }),
      veth,
      linkAddVeth({
        name: 'tsc1',
        master: '$bridge',
        group: 7,
        peer: { name: 'eth1', netns: { fd: '$net' } },
      }),
      linkSet(1, { up: true }),
      linkSet('eth0', { up: false }),
      linkGet('tsc9c1d'),
      linkDel(7),
      linkDel('tsc9c1d'),
      linkDelGroup(groupOf(12)),
      linkDump(),
      linkDump({ kind: 'veth', master: 12 }),
    ].map(({ text }) => text),
    [
      'link add tsc9c1d address 02:42:ac:12:00:01 type bridge forward_delay 0 stp_state 0',
      'link set dev tsc9c1d alias tscompose/app/default group 1953693708 forwarding off',
      'link set dev tsc9c1d addrgenmode none',
      'link set dev tsc9c1d up',
      'link add tsc4f2a1b0 master 12 up type veth peer name eth0 index 2 address 02:42:ac:12:00:02 netns $pid',
      'link add tsc1 master $bridge group 7 up type veth peer name eth1 netns fd $net',
      'link set dev 1 up',
      'link set dev eth0 down',
      'link show dev tsc9c1d',
      'link del dev 7',
      'link del dev tsc9c1d',
      'link del group 1953693708',
      'link show',
      'link show master 12 type veth',
    ],
  );
});

test('bringing a link up by its index is one header and one struct', (t) => {
  t.is(
    hex(linkSet(2, { up: true })),
    [
      '20000000 1300 0500 00000000 00000000', // 32 bytes, RTM_SETLINK, REQUEST|ACK
      '00 00 0000 02000000 01000000 01000000', // index 2, IFF_UP set, IFF_UP to be changed
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});

test('a veth pair with its peer in another namespace is one request', (t) => {
  t.is(
    hex(veth),
    [
      '7c000000 1000 0506 00000000 00000000', // 124 bytes, RTM_NEWLINK, REQUEST|ACK|CREATE|EXCL
      '00 00 0000 00000000 01000000 01000000', // up
      '0f00 0300 7473633466326131623000 00', // IFLA_IFNAME "tsc4f2a1b0"
      '0800 0a00 0c000000', // IFLA_MASTER 12
      '4400 1200', // IFLA_LINKINFO
      '0800 0100 76657468', //   IFLA_INFO_KIND "veth"
      '3800 0200', //   IFLA_INFO_DATA
      '3400 0100', //     VETH_INFO_PEER
      '00 00 0000 02000000 00000000 00000000', //       index 2
      '0900 0300 6574683000 000000', //       IFLA_IFNAME "eth0"
      '0800 1300 00000000', //       IFLA_NET_NS_PID
      '0a00 0100 0242ac120002 0000', //       IFLA_ADDRESS
    ]
      .join('')
      .replaceAll(' ', ''),
  );
  t.deepEqual(veth.holes, [{ offset: 108, ref: '$pid', size: 4 }]);
});

test('the index of a bridge that is made by the same Program is a hole', (t) => {
  const { holes } = linkAddVeth({
    name: 'tsc1',
    master: '$bridge',
    peer: { name: 'eth0', netns: { fd: '$net' } },
  });
  t.deepEqual(
    holes?.map(({ ref }) => ref),
    ['$bridge', '$net'],
  );
});

test('a link that is asked for is read back as the same link', (t) => {
  t.deepEqual(linksOf(answer(veth)), [{ index: 0, name: 'tsc4f2a1b0', up: true, kind: 'veth', master: 12 }]);
  t.deepEqual(linksOf(answer(linkAddBridge({ name: 'tsc9c1d', mac: '02:42:ac:12:00:01' }))), [
    { index: 0, name: 'tsc9c1d', up: false, kind: 'bridge' },
  ]);
});

test('the longest name and alias fit', (t) => {
  const name = 'tsc456789012345';
  const alias = `tscompose/${'a'.repeat(120)}/${'b'.repeat(120)}`;
  const [link] = linksOf(answer({ ...linkSet(name, { alias }), bytes: asNewLink(linkSet(name, { alias })) }));
  t.is(link?.name, name);
  t.is(link?.alias, alias);
});

test('a MAC address follows from the IPv4 address', (t) => {
  t.is(macOf('172.18.0.2'), '02:42:ac:12:00:02');
  t.is(macOf('10.255.16.9'), '02:42:0a:ff:10:09');
});

test('a MAC address that is none is refused', (t) => {
  t.throws(() => linkAddBridge({ name: 'tsc1', mac: '02:42:ac' }), { instanceOf: TypeError });
});

const hex = ({ bytes }: Netlink): string => Buffer.from(bytes).toString('hex');

const answer = ({ bytes }: Netlink) => parseAnswers(bytes);

const asNewLink = ({ bytes }: Netlink): Uint8Array => {
  const changed = Uint8Array.from(bytes);
  changed[4] = 16;
  return changed;
};
