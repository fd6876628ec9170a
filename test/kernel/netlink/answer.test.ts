import test from 'ava';
import { parseAnswers } from '../../../src/kernel/netlink/answer.ts';
import { linksOf, routesOf } from '../../../src/kernel/netlink/parse.ts';

// As Linux 6.18 answers.
const ack = '24000000 0200 0001 05000000 00000000 00000000 20000000 1300 0500 05000000 00000000';
const done = '14000000 0300 0200 06000000 00000000 00000000';

test('an error of 0 is the ack', (t) => {
  t.deepEqual(parse(ack), [{ kind: 'ack', sequence: 5 }]);
});

test('an error is a positive errno with the number of its request', (t) => {
  t.deepEqual(parse('24000000 0200 0001 07000000 00000000 efffffff 20000000 1300 0500 07000000 00000000'), [
    { kind: 'error', sequence: 7, errno: 17 },
  ]);
});

test('an extended ack brings the reason and the place, behind the request that it repeats', (t) => {
  const message = Buffer.from('Device can not be enslaved\0').toString('hex');
  const attributes = `1f00 0100 ${message} 00 0800 0200 24000000`;
  const repeated = '18000000 1000 0506 09000000 00000000 aabbccdd 11223344';
  const expected = {
    kind: 'error',
    sequence: 9,
    errno: 22,
    message: 'Device can not be enslaved',
    offset: 36,
  } as const;
  t.deepEqual(parse(`54000000 0200 0002 09000000 00000000 eaffffff ${repeated} ${attributes}`), [expected]);
  const capped = repeated.slice(0, -18);
  t.deepEqual(parse(`4c000000 0200 0003 09000000 00000000 eaffffff ${capped} ${attributes}`), [expected]);
});

test('several messages of one read come in order', (t) => {
  t.deepEqual(
    parse(ack + done).map(({ kind }) => kind),
    ['ack', 'done'],
  );
});

test('a dump is messages until done, and padding between them is passed over', (t) => {
  const link = (name: string, index: string): string =>
    `27000000 1000 0200 06000000 00000000 00000000 ${index} 01000000 00000000 0700 0300 ${name} 00 00`;
  const answers = parse(link('6c6f', '01000000') + link('6574', '02000000') + done);
  t.deepEqual(
    answers.map(({ kind }) => kind),
    ['message', 'message', 'done'],
  );
  t.true(answers.every((answer) => answer.kind !== 'message' || (answer.multi && !answer.interrupted)));
  t.deepEqual(linksOf(answers), [
    { index: 1, name: 'lo', up: true },
    { index: 2, name: 'et', up: true },
  ]);
});

test('a dump that ends in an error says so', (t) => {
  t.deepEqual(parse('14000000 0300 0200 06000000 00000000 f0ffffff'), [
    { kind: 'error', sequence: 6, errno: 16 },
  ]);
});

test('a dump that was overtaken by a change is marked', (t) => {
  const [answer] = parse('20000000 1000 1200 06000000 00000000 00000000 01000000 01000000 00000000');
  t.true(answer?.kind === 'message' && answer.interrupted);
  t.deepEqual(parse('14000000 0300 1200 06000000 00000000 00000000'), [
    { kind: 'done', sequence: 6, interrupted: true },
  ]);
});

test('NLMSG_NOOP is passed over', (t) => {
  t.deepEqual(parse(`10000000 0100 0000 00000000 00000000 ${done}`), [
    { kind: 'done', sequence: 6, interrupted: false },
  ]);
});

test('a message that is cut off is an error, not a message less', (t) => {
  t.throws(() => parse(ack.slice(0, -9)), { instanceOf: RangeError });
  t.throws(() => parse(`${ack}0000`), { instanceOf: RangeError });
});

test('an attribute that is cut off is an error too', (t) => {
  const route = '24000000 1800 0200 01000000 00000000 02 14 00 00 fe 02 fd 01 00000000';
  t.throws(() => routesOf(parse(`${route} 0900 0100 ac120000`)), { instanceOf: RangeError });
  t.deepEqual(routesOf(parse(`${route} 0800 0100 ac120000`)), [{ to: '172.18.0.0/20', table: 254 }]);
});

const parse = (hex: string) => parseAnswers(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
