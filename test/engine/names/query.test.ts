import test from 'ava';
import * as oracle from 'dns-packet';
import fc from 'fast-check';
import { answer, encodeName, failure } from '../../../src/engine/names/answer.ts';
import { type Query, RCODE, readQuery } from '../../../src/engine/names/query.ts';

const query = (name: string, type: oracle.RecordType = 'A', more: Partial<oracle.Packet> = {}): Buffer =>
  oracle.encode({
    type: 'query',
    id: 4711,
    flags: oracle.RECURSION_DESIRED,
    questions: [{ type, name }],
    ...more,
  });

/** What its types leave out. */
const rcodeOf = (packet: oracle.Packet): string => (packet as unknown as { readonly rcode: string }).rcode;
const questionOf = (message: Buffer): oracle.Question =>
  (
    oracle as unknown as { question: { decode: (bytes: Buffer, at: number) => oracle.Question } }
  ).question.decode(message, 12);

const EDNS: Partial<oracle.Packet> = {
  additionals: [
    { type: 'OPT', name: '.', udpPayloadSize: 1400, flags: 0, options: [] } as unknown as oracle.OptAnswer,
  ],
};

const read = (message: Buffer): Query => {
  const parsed = readQuery(message);
  if (typeof parsed !== 'object') throw new Error(`refused with ${parsed}`);
  return parsed;
};

test('a question is read with its name in lower case, and with what the asker accepts', (t) => {
  const { name, type, class: of, room, hasEdns } = read(query('Web.Front', 'AAAA'));
  t.deepEqual(
    { name, type, of, room, hasEdns },
    { name: 'web.front', type: 28, of: 1, room: 512, hasEdns: false },
  );
  const other = read(query('web', 'A', EDNS));
  t.deepEqual([other.room, other.hasEdns], [1400, true]);
  t.is(read(query('.', 'NS')).name, '');
});

test('an answer has the addresses with a time to live of 0, and the name as it was asked', (t) => {
  const decoded = oracle.decode(answer(read(query('WeB')), [Buffer.of(10, 0, 0, 2), Buffer.of(10, 0, 0, 3)]));
  t.deepEqual(
    decoded.answers?.map((each) => ({ ...each })),
    ['10.0.0.2', '10.0.0.3'].map((data) => ({
      name: 'WeB',
      type: 'A',
      ttl: 0,
      class: 'IN',
      flush: false,
      data,
    })) as never,
  );
  t.is(decoded.id, 4711);
  t.deepEqual(
    decoded.questions?.map(({ name }) => name),
    ['WeB'],
  );
  t.true(decoded.flag_qr && decoded.flag_aa && decoded.flag_rd && decoded.flag_ra && !decoded.flag_tc);
});

test('an IPv6 address, a name, and no record at all', (t) => {
  const [six] = oracle.decode(
    answer(read(query('web', 'AAAA')), [Buffer.from(`${'fd'.padEnd(31, '0')}5`, 'hex')]),
  ).answers!;
  t.is((six as oracle.StringAnswer).data, 'fd00::5');
  const [name] = oracle.decode(
    answer(read(query('2.0.0.10.in-addr.arpa', 'PTR')), [encodeName('web-1.front')]),
  ).answers!;
  t.is((name as oracle.StringAnswer).data, 'web-1.front');
  const none = oracle.decode(answer(read(query('web', 'MX')), []));
  t.deepEqual([rcodeOf(none), none.answers], ['NOERROR', []]);
});

// Red without: OPT in the answer (RFC 6891 section 6.1.1).
test('EDNS is answered with EDNS', (t) => {
  const { additionals } = oracle.decode(answer(read(query('web', 'A', EDNS)), [Buffer.of(10, 0, 0, 2)]));
  t.deepEqual(
    additionals?.map(({ type }) => type),
    ['OPT'],
  );
});

// Red without: the limit in `thatFit`.
test('an answer that is too long for a datagram is cut and marked, over TCP it is whole', (t) => {
  const many = Array.from({ length: 100 }, (_, index) => Buffer.of(10, 0, 0, index));
  const cut = answer(read(query('web')), many);
  t.true(cut.length <= 512);
  t.true(oracle.decode(cut).flag_tc);
  t.is(oracle.decode(cut).answers?.length, 30);
  t.is(oracle.decode(answer(read(query('web', 'A', EDNS)), many)).answers?.length, 85);
  const whole = oracle.decode(answer(read(query('web')), many, 65_535));
  t.is(whole.answers?.length, 100);
  t.false(whole.flag_tc);
});

// Red without: the question in `failure` (glibc waits for another answer).
test('an error repeats the question, and has no other part of the query', (t) => {
  const asked = read(query('web', 'A', EDNS));
  const decoded = oracle.decode(failure(asked.message, RCODE.SERVFAIL, asked));
  t.is(rcodeOf(decoded), 'SERVFAIL');
  t.deepEqual([decoded.questions?.length, decoded.additionals?.length], [1, 0]);
});

const REFUSED: readonly (readonly [what: string, message: Buffer, result: ReturnType<typeof readQuery>])[] = [
  ['nothing', Buffer.alloc(0), undefined],
  ['half a header', query('web').subarray(0, 11), undefined],
  // Red without: `isResponse` (two servers would answer each other for ever).
  ['a response', oracle.encode({ type: 'response', questions: [{ type: 'A', name: 'web' }] }), undefined],
  ['an update', changed(query('web'), 2, 5 << 3), RCODE.NOTIMP],
  ['a transfer of a zone', query('web', 'AXFR'), RCODE.NOTIMP],
  ['no question', query('web', 'A', { questions: [] }), RCODE.FORMERR],
  ['two questions', changed(query('web'), 5, 2), RCODE.FORMERR],
  // Red without: the limit of labels (a pointer is read as a label of 192 bytes).
  ['a pointer', Buffer.concat([changed(query('web'), 12, 0xc0), Buffer.alloc(300)]), RCODE.FORMERR],
  ['a label that is longer than the message', changed(query('web'), 12, 63), RCODE.FORMERR],
  ['a question without its class', query('web').subarray(0, -1), RCODE.FORMERR],
  ['a name without an end', query('web').subarray(0, 16), RCODE.FORMERR],
  [
    'a name of 256 bytes',
    Buffer.concat([
      query('web').subarray(0, 12),
      Buffer.alloc(254, '\x01a'),
      Buffer.from('\x01a\0\0\x01\0\x01', 'latin1'),
    ]),
    RCODE.FORMERR,
  ],
];

for (const [what, message, result] of REFUSED)
  test(`refused: ${what}`, (t) => {
    t.is(readQuery(message), result);
  });

function changed(message: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(message);
  copy[at] = byte;
  return copy;
}

// Red without: the escape of dots.
test('a dot within a label is not one between labels', (t) => {
  const message = Buffer.concat([
    query('w').subarray(0, 12),
    Buffer.from('\x05a.b.c\0\0\x01\0\x01', 'latin1'),
  ]);
  t.is(read(message).name, 'a\\.b\\.c');
});

const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
const names = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join('.'));

test('random names are read as dns-packet writes them, and random answers as it reads them', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(names, fc.constantFrom('A', 'AAAA', 'TXT', 'PTR'), fc.boolean(), (name, type, hasEdns) => {
        const parsed = read(query(name, type as oracle.RecordType, hasEdns ? EDNS : {}));
        t.is(parsed.name, name);
        t.is(parsed.hasEdns, hasEdns);
        const decoded = oracle.decode(answer(parsed, type === 'PTR' ? [encodeName(name)] : []));
        t.is(decoded.questions?.[0]?.name, name);
        if (type === 'PTR') t.is((decoded.answers?.[0] as oracle.StringAnswer | undefined)?.data, name);
      }),
    ),
  );
});

/** Valid messages with some bytes changed, and with their end cut off. */
const damaged = fc
  .tuple(names, fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 6 }), fc.nat(100))
  .map(([name, changes, length]) => {
    let message = query(name, 'A', EDNS);
    for (const [at, byte] of changes) if (at < message.length) message = changed(message, at, byte);
    return message.subarray(0, length);
  });

test('no message throws, and what is accepted is what dns-packet reads', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 600 }).map(Buffer.from)), (message) => {
        const parsed = readQuery(message);
        if (typeof parsed === 'number') t.is(failure(message, parsed).length, 12);
        if (typeof parsed !== 'object') return;
        t.true(answer(parsed, [Buffer.of(10, 0, 0, 2)]).length <= parsed.room);
        const { name } = questionOf(message);
        const readable = /^[\x20-\x7e]*$/.test(name) && !parsed.name.includes('\\');
        if (readable) t.is(parsed.name, name === '.' ? '' : name.toLowerCase());
      }),
      { numRuns: 2000 },
    ),
  );
});
