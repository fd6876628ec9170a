import test from 'ava';
import { chainAdd } from '../../../../src/kernel/netlink/nft/chain.ts';
import type { Table } from '../../../../src/kernel/netlink/nft/message.ts';
import {
  end,
  INPUT_INTERFACE,
  IP_DESTINATION,
  is,
  isNot,
  isWithin,
  redirectBy,
} from '../../../../src/kernel/netlink/nft/phrases.ts';
import { ruleAdd } from '../../../../src/kernel/netlink/nft/rule.ts';
import { blockElement, element, elementsAdd, setAdd } from '../../../../src/kernel/netlink/nft/set.ts';
import { tableAdd, tableDelete } from '../../../../src/kernel/netlink/nft/table.ts';
import { transaction } from '../../../../src/kernel/netlink/nft/transaction.ts';
import {
  ACCEPT,
  address,
  block,
  concatenated,
  DROP,
  interfaceNamed,
  jump,
  port,
  protocol,
} from '../../../../src/kernel/netlink/nft/values.ts';

const TABLE: Table = { family: 'inet', name: 'ours' };

test('each message reads like the command of nft that does the same', (t) => {
  t.deepEqual(
    [
      tableAdd(TABLE, ['owner', 'persist']),
      tableDelete(TABLE),
      chainAdd(TABLE, 'nat', { type: 'nat', hook: 'prerouting', priority: -100 }),
      setAdd(TABLE, {
        name: 'any',
        key: ['inet_proto', 'inet_service'],
        data: ['ipv4_addr', 'inet_service'],
      }),
      setAdd(TABLE, { name: 'nets', key: ['ipv6_addr'], data: 'verdict', isInterval: true }),
      ruleAdd(TABLE, 'nat', redirectBy('ip', 'any', ['port'])),
      ruleAdd(TABLE, 'nat', is(INPUT_INTERFACE, interfaceNamed('tsc*')), end(ACCEPT)),
      ruleAdd(TABLE, 'nat', isWithin(IP_DESTINATION, block('10.1.2.3/8')), end(DROP)),
      ...elementsAdd(TABLE, 'nets', [blockElement(block('fd00::/64'), jump('web'))]),
    ].map(({ text }) => text),
    [
      'add table inet ours { flags owner,persist; }',
      'delete table inet ours',
      'add chain inet ours nat { type nat hook prerouting priority -100; policy accept; }',
      'add map inet ours any { type inet_proto . inet_service : ipv4_addr . inet_service; }',
      'add map inet ours nets { type ipv6_addr : verdict; flags interval; }',
      'add rule inet ours nat dnat ip to meta l4proto . th dport map @any',
      'add rule inet ours nat iifname "tsc*" accept',
      'add rule inet ours nat ip daddr 10.0.0.0/8 drop',
      'add element inet ours nets { fd00::/64 : jump web }',
    ],
  );
});

test('a published port is exactly these bytes', (t) => {
  const [message, ...more] = elementsAdd(TABLE, 'any4', [
    element(concatenated(protocol('tcp'), port(8080)), concatenated(address('172.20.0.2'), port(80))),
  ]);
  t.is(message?.text, 'add element inet ours any4 { tcp . 8080 : 172.20.0.2 . 80 }');
  t.deepEqual(more, []);
  t.is(
    hex(message!.bytes),
    [
      '54000000 0c0a 0104 00000000 00000000', // 84 bytes, NFT_MSG_NEWSETELEM, REQUEST|CREATE
      '01 00 0000', // NFPROTO_INET
      '0900 0100 6f757273 00 000000', // table
      '0900 0200 616e7934 00 000000', // set
      '2800 0380', // elements
      '2400 0180', // an element
      '1000 0180 0c00 0100 06000000 1f900000', // its key: tcp, 8080
      '1000 0280 0c00 0100 ac140002 00500000', // its data
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});

test('a rule is exactly these bytes', (t) => {
  const message = ruleAdd(TABLE, 'pre', isNot(INPUT_INTERFACE, interfaceNamed('tsc1')), end(DROP));
  t.is(
    hex(message.bytes),
    [
      'b8000000 060a 010c 00000000 00000000', // NFT_MSG_NEWRULE, REQUEST|CREATE|APPEND
      '01 00 0000',
      '0900 0100 6f757273 00 000000',
      '0800 0200 70726500',
      '9000 0480',
      '2400 0180 0900 0100 6d657461 00 000000 1400 0280 0800 0200 00000006 0800 0100 00000001', // meta
      '3800 0180 0800 0100 636d7000', // cmp
      '2c00 0280 0800 0100 00000001 0800 0200 00000001 1800 0380 1400 0100 74736331 000000000000000000000000',
      '3000 0180 0e00 0100 696d6d656469617465 00 0000', // immediate
      '1c00 0280 0800 0100 00000000 1000 0280 0c00 0280 0800 0100 00000000',
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});

test('only the last message of a transaction asks for an ack, and all are numbered', (t) => {
  const { bytes, text } = transaction([tableAdd(TABLE), tableDelete(TABLE)]);
  t.is(text, 'add table inet ours; delete table inet ours');
  const headers: string[] = [];
  const all = Buffer.from(bytes);
  for (let at = 0; at < all.length; at += all.readUInt32LE(at))
    headers.push(hex(all.subarray(at + 4, at + 12)));
  t.deepEqual(headers, [
    '1000010000000000', // NFNL_MSG_BATCH_BEGIN
    '000a010401000000', // NFT_MSG_NEWTABLE
    '020a050002000000', // NFT_MSG_DELTABLE with NLM_F_ACK
    '1100010003000000', // NFNL_MSG_BATCH_END
  ]);
});

test('the end of a block is the first address after it, if there is one', (t) => {
  const ends = ['10.0.0.0/8', '172.31.240.0/20', '192.168.0.255/32', '255.0.0.0/8'].map(
    (text) => blockElement(block(text), DROP).parts.length,
  );
  t.deepEqual(ends, [2, 2, 2, 1]);
});

test('elements that do not fit into an attribute are spread over messages', (t) => {
  const elements = Array.from({ length: 4000 }, (_, index) =>
    element(concatenated(protocol('udp'), port(index)), concatenated(address('10.0.0.1'), port(index))),
  );
  const messages = elementsAdd(TABLE, 'any4', elements);
  t.is(messages.length, 3);
  t.true(messages.every(({ bytes }) => bytes.length < 2 ** 16));
});

test('what is no address is refused', (t) => {
  t.throws(() => address('10.0.0'), { instanceOf: TypeError });
  t.throws(() => block('10.0.0.0'), { instanceOf: TypeError });
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
