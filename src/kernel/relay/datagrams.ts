import type { Ask } from '../native/calls.ts';
import {
  again,
  back,
  leave,
  type Program,
  repeat,
  run,
  type Statement,
  set,
  type Value,
  when,
} from '../native/language.ts';
import {
  BLOCK,
  BUCKETS,
  CONTROL,
  CONTROL_BYTES,
  client,
  entry,
  entryOf,
  HEADER,
  header,
  KIND,
  kind,
  MESSAGE,
  MESSAGE_BYTES,
  MOST_BUCKETS,
  PERIOD,
  recordOf,
  SCRATCH,
  SENDER,
  ZEROS,
} from './layout.ts';

const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000;
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
const EAGAIN = -11;
const IPPROTO_IP = 0;
const EPOLLIN = 1;
/** struct sockaddr_in6 */
const ADDRESS_BYTES = 28;
/** Datagrams of one socket before others have their turn; epoll(7) reports it again. */
const ROUNDS = 32;
/** A client ends after this many periods without a datagram. */
const IDLE_PERIODS = 3;

const SENDER_WORDS = [0, 8, 16, 24];

const sender = (offset: number, bytes: 4 | 8) => ({ of: 'sender', at: offset, bytes }) as const;

const control = (offset: number, bytes: 4 | 8) => ({ of: 'control', at: offset, bytes }) as const;

/** The header of a message with `size` bytes in MESSAGE. */
const message = (
  name: Value,
  nameLength: Value,
  size: Value,
  controlAt: Value,
  controlLength: Value,
): readonly Statement[] => [
  set('header', { address: HEADER }),
  set('block', { address: BLOCK }),
  set({ of: 'block', at: 0, bytes: 8 }, { address: MESSAGE }),
  set({ of: 'block', at: 8, bytes: 8 }, size),
  set(header.name('header'), name),
  set(header.nameLength('header'), nameLength),
  set(header.blocks('header'), 'block'),
  set(header.blockCount('header'), 1),
  set(header.control('header'), controlAt),
  set(header.controlLength('header'), controlLength),
];

/**
 * Keeps the control message in the record `seen`, for answers. They need not leave by the interface of the question:
 * ipi_ifindex of struct in_pktinfo, after the 16 bytes of struct cmsghdr.
 */
const keepControl: readonly Statement[] = [
  set('control', { address: CONTROL }),
  set('level', control(8, 4)),
  when(['level', '==', IPPROTO_IP], [set(control(16, 4), 0)]),
  ...client.control.words.map((word, index) => set(word('seen'), control(index * 8, 8))),
  set(client.controlLength('seen'), header.controlLength('header')),
];

export const datagramRoutines = (ask: Ask): Program['routines'] => ({
  // Passes on the datagrams of the entry `fd`, with its record in `here`.
  forward: [
    set('sender', { address: SENDER }),
    set('rounds', ROUNDS),
    repeat(
      set('rounds', ['rounds', '-', 1]),
      when(['rounds', '<', 0], [back]),
      // The kernel writes 16 bytes of an IPv4 address, and 28 of an IPv6 address.
      ...SENDER_WORDS.map((at) => set(sender(at, 8), 0)),
      ...message({ address: SENDER }, ADDRESS_BYTES, MESSAGE_BYTES, { address: CONTROL }, CONTROL_BYTES),
      ask('size', 'recvmsg', 'fd', { address: HEADER }, MSG_DONTWAIT_NOSIGNAL),
      when(['size', '==', EAGAIN], [back]),
      when(['size', '<', 0], [again]),
      ...run('find'),
      when(['client', '==', 0], [...run('meet'), when(['client', '==', 0], [again])]),
      set('seen', recordOf('client')),
      set(client.idle('seen'), 0),
      ...keepControl,
      ask('done', 'sendto', 'client', { address: MESSAGE }, 'size', MSG_DONTWAIT_NOSIGNAL, 0, 0),
    ),
  ],

  // `client`: the socket for the sender of the datagram, or 0. `bucket`: the place of its hash.
  find: [
    set('hash', 'fd'),
    ...[0, 4, 8, 12, 16, 20].map((at) => set('hash', [['hash', '*', 31], '+', sender(at, 4)])),
    set('bucket', [[['hash', '*', GOLDEN], '>>', 32], '&', MOST_BUCKETS - 1]),
    set('bucket', [['bucket', '<<', 2], '+', { address: BUCKETS }]),
    set('client', { of: 'bucket', at: 0, bytes: 4 }),
    repeat(
      when(['client', '==', 0], [back]),
      set('seen', recordOf('client')),
      set('same', entryOf('seen')),
      when(['same', '==', 'fd'], sameAddress(0, [back])),
      set('client', client.next('seen')),
    ),
  ],

  // Makes a socket for a new sender; `client` stays 0 if there is none.
  meet: [
    when(['connections', '>=', 'room'], [back]),
    ask('fresh', 'socket', [entry.target.family('here'), '&', 0xffff], SOCK_DGRAM_NONBLOCK_CLOEXEC, 0),
    when(['fresh', '<', 0], [back]),
    ask('done', 'connect', 'fresh', ['here', '+', entry.target.at], entry.targetLength('here')),
    when(['done', '==', 0], run('watch', { watched: 'fresh', events: EPOLLIN })),
    when(['done', '<', 0], [ask('done', 'close', 'fresh'), back]),
    set('client', 'fresh'),
    set(kind('record'), KIND.client),
    set(entryOf('record'), 'fd'),
    set(client.length('record'), header.nameLength('header')),
    ...client.address.words.map((word, index) => set(word('record'), sender(index * 8, 8))),
    set(client.bucket('record'), ['bucket', '-', { address: BUCKETS }]),
    set(client.next('record'), { of: 'bucket', at: 0, bytes: 4 }),
    set({ of: 'bucket', at: 0, bytes: 4 }, 'client'),
    set('connections', ['connections', '+', 1]),
    set('clients', ['clients', '+', 1]),
    when(['clients', '==', 1], [ask('done', 'timerfd_settime', 'clock', 0, { address: PERIOD }, 0)]),
  ],

  // Sends the datagrams of the target to the client `fd`, with its record in `here`.
  answer: [
    set('rounds', ROUNDS),
    repeat(
      set('rounds', ['rounds', '-', 1]),
      when(['rounds', '<', 0], [back]),
      ask('size', 'recvfrom', 'fd', { address: MESSAGE }, MESSAGE_BYTES, MSG_DONTWAIT_NOSIGNAL, 0, 0),
      when(['size', '==', EAGAIN], [back]),
      when(['size', '<', 0], [again]),
      set(client.idle('here'), 0),
      ...message(
        ['here', '+', client.address.at],
        client.length('here'),
        'size',
        ['here', '+', client.control.at],
        client.controlLength('here'),
      ),
      ask('done', 'sendmsg', entryOf('here'), { address: HEADER }, MSG_DONTWAIT_NOSIGNAL),
    ),
  ],

  // Ends the clients that were idle for too long.
  tick: [
    ask('done', 'read', 'clock', { address: SCRATCH }, 8),
    set('each', 0),
    repeat(
      when(['each', '>', 'top'], [leave]),
      set('seen', recordOf('each')),
      set('is', kind('seen')),
      when(
        ['is', '==', KIND.client],
        [
          set(client.idle('seen'), [client.idle('seen'), '+', 1]),
          when([client.idle('seen'), '>', IDLE_PERIODS], run('forget', { gone: 'each' })),
        ],
      ),
      set('each', ['each', '+', 1]),
    ),
  ],

  // Closes the socket of the client `gone`.
  forget: [
    set('seen', recordOf('gone')),
    set('link', [client.bucket('seen'), '+', { address: BUCKETS }]),
    repeat(
      set('one', { of: 'link', at: 0, bytes: 4 }),
      when(['one', '==', 'gone'], [leave]),
      set('link', [recordOf('one'), '+', NEXT]),
    ),
    set({ of: 'link', at: 0, bytes: 4 }, client.next('seen')),
    set(kind('seen'), 0),
    ask('done', 'close', 'gone'),
    set('connections', ['connections', '-', 1]),
    set('clients', ['clients', '-', 1]),
    when(['clients', '==', 0], [ask('done', 'timerfd_settime', 'clock', 0, { address: ZEROS }, 0)]),
  ],
});

/** An odd number that spreads similar addresses. */
const GOLDEN = 0x61c88647;

const NEXT = client.next('').at;

/** The statements for a record `seen` whose address is that of the sender. */
const sameAddress = (index: number, then: readonly Statement[]): readonly Statement[] => {
  const word = client.address.words[index];
  return word ? [when([word('seen'), '==', sender(index * 8, 8)], sameAddress(index + 1, then))] : then;
};
