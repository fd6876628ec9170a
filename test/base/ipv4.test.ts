import test from 'ava';
import {
  broadcastOf,
  contains,
  covers,
  formatAddress,
  formatSubnet,
  networkOf,
  nthAddress,
  overlaps,
  parseAddress,
  parseSubnet,
  type Subnet,
} from '../../src/base/ipv4.ts';

test('addresses are read and written in dotted decimal', (t) => {
  for (const text of ['0.0.0.0', '10.0.0.1', '127.0.0.1', '172.18.255.2', '255.255.255.255'])
    t.is(formatAddress(parseAddress(text)!), text);
  t.is(parseAddress('255.255.255.255'), 2 ** 32 - 1);
});

test('what only looks like an address is refused', (t) => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '01.2.3.4',
    '1.2.3.-4',
    ' 1.2.3.4',
    '::1',
    '1.2.3.4/8',
  ])
    t.is(parseAddress(text), undefined, text);
});

test('subnets are read and written as CIDR', (t) => {
  for (const text of ['0.0.0.0/0', '10.0.0.0/8', '172.18.5.2/20', '192.168.1.1/32'])
    t.is(formatSubnet(parseSubnet(text)!), text);
  for (const text of ['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/08', '10.0.0/8', '10.0.0.0/8/8'])
    t.is(parseSubnet(text), undefined, text);
});

test('a subnet has a first and a last address', (t) => {
  t.is(formatSubnet(networkOf(subnet('172.18.21.2/20'))), '172.18.16.0/20');
  t.is(formatAddress(broadcastOf(subnet('172.18.21.2/20'))), '172.18.31.255');
  t.is(formatSubnet(networkOf(subnet('200.1.2.3/0'))), '0.0.0.0/0');
  t.is(formatAddress(broadcastOf(subnet('200.1.2.3/0'))), '255.255.255.255');
  t.is(formatAddress(broadcastOf(subnet('10.0.0.7/32'))), '10.0.0.7');
});

test('an address is in a subnet up to both its ends', (t) => {
  const block = subnet('172.18.16.0/20');
  for (const inside of ['172.18.16.0', '172.18.31.255']) t.true(contains(block, parseAddress(inside)!));
  for (const outside of ['172.18.15.255', '172.18.32.0']) t.false(contains(block, parseAddress(outside)!));
});

test('two subnets overlap when one lies within the other', (t) => {
  const pairs = [
    ['10.0.0.0/8', '10.1.0.0/16', true],
    ['10.1.2.0/16', '10.1.99.0/24', true],
    ['0.0.0.0/0', '192.168.0.0/24', true],
    ['10.0.0.0/24', '10.0.1.0/24', false],
    ['128.0.0.0/1', '127.255.255.255/32', false],
  ] as const;
  for (const [a, b, expected] of pairs) {
    t.is(overlaps(subnet(a), subnet(b)), expected, `${a} ${b}`);
    t.is(overlaps(subnet(b), subnet(a)), expected, `${b} ${a}`);
  }
});

test('a subnet covers itself and what is smaller', (t) => {
  t.true(covers(subnet('10.0.0.0/8'), subnet('10.0.0.0/8')));
  t.true(covers(subnet('10.0.0.0/8'), subnet('10.9.0.0/16')));
  t.false(covers(subnet('10.9.0.0/16'), subnet('10.0.0.0/8')));
});

test('addresses are counted from the start of the subnet to its end', (t) => {
  const nth = (n: number) => nthAddress(subnet('172.18.5.0/30'), n);
  t.is(formatAddress(nth(1)!), '172.18.5.1');
  t.is(formatAddress(nth(3)!), '172.18.5.3');
  t.is(nth(4), undefined);
  t.is(nth(-1), undefined);
});

const subnet = (text: string): Subnet => parseSubnet(text)!;
