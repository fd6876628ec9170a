import { isIP } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import {
  type Block,
  baseOf,
  bytesOfAddress,
  bytesOfIp,
  encloses,
  formatBlock,
  formatIp,
  holds,
  ipOfBytes,
  isHostAddress,
  lastOf,
  overlap,
  parseBlock,
  parseIp,
} from '../../src/base/ip.ts';

for (const [written, canonical] of [
  ['10.0.0.5', '10.0.0.5'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['::1', '::1'],
  ['fd00::', 'fd00::'],
  ['FD00:0:0:0:0:0:0:5', 'fd00::5'],
  ['fd00:0:1::5', 'fd00:0:1::5'],
  // RFC 5952: the longer run, of equal ones the first, and no single group.
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['10:0:0:1:2:3:4:5', '10::1:2:3:4:5'],
  ['0:0:0:1:0:0:0:0', '0:0:0:1::'],
  ['::ffff:10.1.2.3', '::ffff:a01:203'],
] as const)
  test(`${written} is ${canonical}`, (t) => {
    const ip = parseIp(written)!;
    t.is(formatIp(ip), canonical);
    t.deepEqual(ipOfBytes(bytesOfIp(ip)), ip);
    t.deepEqual(bytesOfAddress(written), bytesOfIp(ip));
  });

for (const text of ['', '10.0.0', '10.0.0.05', '10.0.0.256', 'fe80::1%eth0', 'fd00:::1', '1:2:3', 'x'])
  test(`\`${text}\` is no address`, (t) => {
    t.is(parseIp(text), undefined);
  });

for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', 'fd00::/129', 'fd00::/', '/8', '10.0.0.0/8/8'])
  test(`\`${text}\` is no block`, (t) => {
    t.is(parseBlock(text), undefined);
  });

test('a block has a first and a last address', (t) => {
  t.is(formatBlock(baseOf(block('10.1.2.3/20'))), '10.1.0.0/20');
  t.is(formatIp(lastOf(block('10.1.2.3/20'))), '10.1.15.255');
  t.is(formatBlock(baseOf(block('fd00:1:2:3:4::5/64'))), 'fd00:1:2:3::/64');
  t.is(formatIp(lastOf(block('fd00::/126'))), 'fd00::3');
});

test('blocks hold, overlap and enclose those of their family', (t) => {
  t.true(holds(block('10.0.0.0/8'), parseIp('10.255.0.1')!));
  t.false(holds(block('::/0'), parseIp('10.255.0.1')!));
  t.true(overlap(block('10.0.0.0/8'), block('10.3.0.0/16')));
  t.true(overlap(block('10.3.0.0/16'), block('10.0.0.0/8')));
  t.false(overlap(block('10.2.0.0/16'), block('10.3.0.0/16')));
  t.false(overlap(block('0.0.0.0/0'), block('fd00::/8')));
  t.true(encloses(block('fd00::/8'), block('fd12::/64')));
  t.false(encloses(block('fd12::/64'), block('fd00::/8')));
});

test('hosts have neither the first nor the last address, with exceptions', (t) => {
  const hosts = (text: string, addresses: readonly string[]) =>
    addresses.filter((address) => isHostAddress(block(text), parseIp(address)!));
  t.deepEqual(hosts('10.0.0.0/30', ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']), [
    '10.0.0.1',
    '10.0.0.2',
  ]);
  t.deepEqual(hosts('10.0.0.2/31', ['10.0.0.2', '10.0.0.3']), ['10.0.0.2', '10.0.0.3']);
  t.deepEqual(hosts('10.0.0.2/32', ['10.0.0.2', '10.0.0.3']), ['10.0.0.2']);
  t.deepEqual(hosts('fd00::/126', ['fd00::', 'fd00::1', 'fd00::3']), ['fd00::1', 'fd00::3']);
});

const block = (text: string): Block => parseBlock(text)!;

// Red without: any of the conditions of parseIp.
test('what is an address is what Node takes for one', (t) => {
  const pieces = fc.constantFrom(
    '0',
    '00',
    '1',
    'f',
    'ffff',
    '10000',
    'g',
    '255',
    '256',
    '01',
    ':',
    '::',
    '.',
    '1.2.3.4',
    '%',
    '-',
    ' ',
  );
  const text = fc.array(pieces, { maxLength: 17 }).map((parts) => parts.join(''));
  const groups = fc
    .array(fc.constantFrom('0', 'a', 'ffff', '', '1.2.3.4'), { minLength: 6, maxLength: 9 })
    .map((parts) => parts.join(':'));
  for (const written of [text, groups, fc.ipV4(), fc.ipV6()])
    fc.assert(
      fc.property(written, (address) => {
        const kind = address.includes('%') ? 0 : isIP(address);
        t.is(parseIp(address)?.bits, ({ 4: 32, 6: 128 } as const)[kind], address);
      }),
      { numRuns: 2000 },
    );
});
