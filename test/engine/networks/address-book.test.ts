import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { addressBook } from '../../../src/engine/networks/address-book.ts';
import type { NetworkBlock } from '../../../src/engine/record/project-record.ts';

test('containers get the smallest free addresses behind the gateway', (t) => {
  t.deepEqual(chooseAddresses(small, ['web', 'db'], {}), { web: '10.0.0.2', db: '10.0.0.3' });
});

test('a container keeps its address, and a gap is filled', (t) => {
  t.deepEqual(
    chooseAddresses(small, ['web', 'api', 'db'], { db: '10.0.0.2', api: '10.0.0.5', other: '10.0.0.3' }),
    {
      web: '10.0.0.4',
      api: '10.0.0.5',
      db: '10.0.0.2',
    },
  );
});

test('an address of an earlier subnet, or the gateway, is not kept', (t) => {
  const held = { web: '172.18.0.2', api: '10.0.0.1', db: '10.0.0.0' };
  t.deepEqual(chooseAddresses(small, ['web', 'api', 'db'], held), {
    web: '10.0.0.2',
    api: '10.0.0.3',
    db: '10.0.0.4',
  });
});

test('a gateway in the middle is passed over', (t) => {
  const network = { ...small, gateway: '10.0.0.3' };
  t.deepEqual(Object.values(chooseAddresses(network, ['a', 'b', 'c'], {})), [
    '10.0.0.1',
    '10.0.0.2',
    '10.0.0.4',
  ]);
});

test('a subnet is used up to the last address before its broadcast address', (t) => {
  const five = ['a', 'b', 'c', 'd', 'e'];
  t.is(chooseAddresses(small, five, {}).e, '10.0.0.6');
  t.deepEqual(
    problems(() => chooseAddresses(small, [...five, 'f'], {})),
    [['subnet-exhausted', 'networks.back']],
  );
});

test('a thousand containers get a thousand addresses', (t) => {
  const names = Array.from({ length: 1000 }, (_, index) => `s${index}`);
  const addresses = chooseAddresses(
    { key: 'default', subnet: '172.18.0.0/20', gateway: '172.18.0.1' },
    names,
    {},
  );
  t.is(new Set(Object.values(addresses)).size, 1000);
  t.is(addresses.s999, '172.18.3.233');
});

const chooseAddresses = (
  network: NetworkBlock & { readonly key: string },
  containers: readonly string[],
  held: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const { key, ...block } = network;
  const book = addressBook({ key, blocks: [block] }, held);
  return Object.fromEntries(containers.map((container) => [container, book(container)]));
};

const small = { key: 'back', subnet: '10.0.0.0/29', gateway: '10.0.0.1' };

test('addresses are taken from the range, which may be a single one; those of the gateway and reserved ones are not', (t) => {
  const one = { key: 'back', subnet: '10.0.0.0/24', gateway: '10.0.0.1', range: '10.0.0.240/32' };
  t.deepEqual(chooseAddresses(one, ['a'], {}), { a: '10.0.0.240' });
  t.deepEqual(
    problems(() => chooseAddresses(one, ['a', 'b'], {})),
    [['subnet-exhausted', 'networks.back']],
  );
  const four = {
    ...one,
    range: '10.0.0.240/30',
    gateway: '10.0.0.241',
    reserved: ['10.0.0.240', '10.0.0.242'],
  };
  t.deepEqual(chooseAddresses(four, ['a'], {}), { a: '10.0.0.243' });
  t.deepEqual(chooseAddresses(four, ['a'], { a: '10.0.0.9' }), { a: '10.0.0.243' });
});

test('when the first block is full, the next one is used', (t) => {
  const blocks = [
    { subnet: '10.0.0.0/30', gateway: '10.0.0.1' },
    { subnet: '10.1.0.0/30', gateway: '10.1.0.1' },
  ];
  const book = addressBook({ key: 'back', blocks }, {});
  t.deepEqual(['a', 'b'].map(book), ['10.0.0.2', '10.1.0.2']);
});

test('IPv6 addresses are counted the same way', (t) => {
  const network = { key: 'back', subnet: 'fd00:0:0:7::/64', gateway: 'fd00:0:0:7::1' };
  t.deepEqual(chooseAddresses(network, ['a', 'b'], { b: 'fd00:0:0:7::2' }), {
    a: 'fd00:0:0:7::3',
    b: 'fd00:0:0:7::2',
  });
});

const problems = (action: () => unknown): readonly (readonly [string, string | undefined])[] => {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.diagnostics.map(({ code, from }) => [code, from] as const);
  }
};
