import type { Ask } from '../native/calls.ts';
import { back, leave, type Program, repeat, run, type Statement, set, when } from '../native/language.ts';
import {
  entry,
  entryOf,
  KIND,
  kind,
  MESSAGE,
  MESSAGE_BYTES,
  NOWHERE,
  ONE,
  PERIOD,
  ROW_BYTES,
  recordOf,
  row,
  SCRATCH,
  ZEROS,
} from './layout.ts';

/** Changes when rows change: a supervisor ends a relay with another number and starts its own. */
export const PROTOCOL = 1;

/** The calls of rows. */
export const CALL = {
  /** Sets the period of the clock. Result: PROTOCOL; `pid`: that of the relay. */
  greet: 1,
  /** Binds a socket. Result: its descriptor. */
  reserve: 2,
  /** Serves `descriptor` with the target while the process `pid` runs. */
  open: 3,
  close: 4,
  release: 5,
  /** Result: the next entry above `descriptor`, or 0. The row then describes it; `pid` is 0 if it is not open. */
  next: 6,
  /** Resets all connections, and ends the relay. */
  end: 7,
} as const;

const NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_KEEPALIVE = 9;
const SO_BINDTOIFINDEX = 62;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const AF_INET6 = 10;
const IPPROTO_IP = 0;
const IP_PKTINFO = 8;
const IPPROTO_IPV6 = 41;
const IPV6_RECVPKTINFO = 49;
const IPV6_V6ONLY = 26;
const SHUT_RD = 0;
const BACKLOG = 4096;
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;
const EPOLLIN_ET = 0x80000001;
const EAGAIN = -11;
const EBADF = -9;

export const controlRoutines = (ask: Ask): Program['routines'] => {
  const option = (level: number, name: number, value: number): Statement =>
    ask('done', 'setsockopt', 'socket', level, name, { address: value }, 4);
  // Bound to an interface that does not exist, it receives nothing: clients are refused. Connected to itself, an IPv6
  // socket would keep that address as the only one that it receives from, also after connect(2) with AF_UNSPEC.
  const away = option(SOL_SOCKET, SO_BINDTOIFINDEX, NOWHERE);
  const calls: Readonly<Record<keyof typeof CALL, readonly Statement[]>> = {
    greet: [
      // struct itimerspec: twice the same time
      ...[0, 16].flatMap((at) => [
        set({ of: 'scratch', at: PERIOD - SCRATCH + at, bytes: 8 }, row.seconds('row')),
        set({ of: 'scratch', at: PERIOD - SCRATCH + at + 8, bytes: 8 }, row.nanoseconds('row')),
      ]),
      ask('done', 'getpid'),
      set(row.pid('row'), 'done'),
      set('result', PROTOCOL),
    ],
    reserve: [
      ask('socket', 'socket', row.domain('row'), [row.type('row'), '|', NONBLOCK_CLOEXEC], 0),
      set('result', 'socket'),
      when(['socket', '<', 0], [back]),
      when([row.domain('row'), '==', AF_INET6], [option(IPPROTO_IPV6, IPV6_V6ONLY, ONE)]),
      set('type', row.type('row')),
      // Earlier connections of the port may be in TIME_WAIT.
      when(['type', '==', SOCK_STREAM], [option(SOL_SOCKET, SO_REUSEADDR, ONE)]),
      ask('result', 'bind', 'socket', ['row', '+', row.address.at], row.length('row')),
      set('item', recordOf('socket')),
      when(['result', '<', 0], [ask('done', 'close', 'socket'), back]),
      set(kind('item'), KIND.entry),
      set(entry.type('item'), 'type'),
      set(entry.process('item'), 0),
      set(entry.pid('item'), 0),
      set(entry.length('item'), row.length('row')),
      ...copy('item', entry.address.words, 'row', row.address.words),
      when(['top', '<', 'socket'], [set('top', 'socket')]),
      when(
        ['type', '==', SOCK_STREAM],
        [
          // No other program can bind the port with SO_REUSEADDR then. Kernels that remember that of bind(2) forget it
          // in listen(2).
          ask('result', 'listen', 'socket', 1),
          when(['result', '<', 0], [set(kind('item'), 0), ask('done', 'close', 'socket'), back]),
          option(SOL_SOCKET, SO_REUSEADDR, ZEROS),
          ask('done', 'shutdown', 'socket', SHUT_RD),
        ],
        [
          when(
            [row.domain('row'), '==', AF_INET6],
            [option(IPPROTO_IPV6, IPV6_RECVPKTINFO, ONE)],
            [option(IPPROTO_IP, IP_PKTINFO, ONE)],
          ),
          away,
        ],
      ),
      set('result', 'socket'),
    ],
    open: [
      set('socket', row.descriptor('row')),
      set('item', recordOf('socket')),
      set('result', EBADF),
      when([kind('item'), '!=', KIND.entry], [back]),
      ...run('shut'),
      ask('process', 'pidfd_open', row.pid('row'), 0),
      set('result', 'process'),
      when(['process', '<', 0], [back]),
      set('type', entry.type('item')),
      set(entry.targetLength('item'), row.targetLength('row')),
      ...copy('item', entry.target.words, 'row', row.target.words),
      set(entry.pid('item'), row.pid('row')),
      when(
        ['type', '==', SOCK_STREAM],
        [
          option(IPPROTO_TCP, TCP_NODELAY, ONE),
          option(SOL_SOCKET, SO_KEEPALIVE, ONE),
          // Accepted sockets have it too: in TIME_WAIT they do not keep anyone from the port.
          option(SOL_SOCKET, SO_REUSEADDR, ONE),
          ask('result', 'listen', 'socket', BACKLOG),
          when(['result', '<', 0], [ask('done', 'close', 'process'), back]),
          ...run('watch', { watched: 'socket', events: EPOLLIN_ET }),
        ],
        [
          option(SOL_SOCKET, SO_BINDTOIFINDEX, ZEROS),
          ...run('watch', { watched: 'socket', events: EPOLLIN }),
        ],
      ),
      set(entry.process('item'), 'process'),
      set('open', ['open', '+', 1]),
      ...run('watch', { watched: 'process', events: EPOLLIN }),
      set(kind('record'), KIND.process),
      set(entryOf('record'), 'socket'),
      set('result', 0),
    ],
    close: [
      set('socket', row.descriptor('row')),
      set('item', recordOf('socket')),
      set('result', EBADF),
      when([kind('item'), '!=', KIND.entry], [back]),
      ...run('shut'),
      set('result', 0),
    ],
    release: [
      set('socket', row.descriptor('row')),
      set('item', recordOf('socket')),
      set('result', EBADF),
      when([kind('item'), '!=', KIND.entry], [back]),
      ...run('shut'),
      set(kind('item'), 0),
      ask('result', 'close', 'socket'),
    ],
    next: [
      set('result', row.descriptor('row')),
      repeat(
        set('result', ['result', '+', 1]),
        when(['result', '>', 'top'], [set('result', 0), back]),
        set('item', recordOf('result')),
        when([kind('item'), '==', KIND.entry], [leave]),
      ),
      set(row.type('row'), entry.type('item')),
      set(row.pid('row'), entry.pid('item')),
      set(row.length('row'), entry.length('item')),
      set(row.targetLength('row'), entry.targetLength('item')),
      ...copy('row', row.address.words, 'item', entry.address.words),
      ...copy('row', row.target.words, 'item', entry.target.words),
    ],
    end: [
      set('socket', 0),
      repeat(
        when(['socket', '>', 'top'], [leave]),
        set('item', recordOf('socket')),
        when([kind('item'), '==', KIND.entry], run('shut')),
        set('socket', ['socket', '+', 1]),
      ),
      ask('done', 'exit_group', 0),
    ],
  };
  const names = Object.keys(CALL) as (keyof typeof CALL)[];
  return {
    // The supervisor connects; an earlier one has ended.
    greet: [
      ask('done', 'accept4', 'fd', 0, 0, NONBLOCK_CLOEXEC),
      when(['done', '<', 0], [back]),
      when(['supervisor', '!=', 0], run('part')),
      set('supervisor', 'done'),
      ...run('watch', { watched: 'supervisor', events: EPOLLIN }),
      set(kind('record'), KIND.supervisor),
    ],

    // A message of the supervisor: rows, which go back with their results.
    obey: [
      ask('size', 'recvfrom', 'fd', { address: MESSAGE }, MESSAGE_BYTES, MSG_DONTWAIT_NOSIGNAL, 0, 0),
      when(['size', '==', EAGAIN], [back]),
      when(['size', '<=', 0], [...run('part'), ...run('rest'), back]),
      set('row', { address: MESSAGE }),
      set('left', 'size'),
      repeat(
        when(['left', '<', ROW_BYTES], [leave]),
        set('call', row.call('row')),
        ...names.map((name) => when(['call', '==', CALL[name]], run(`row ${name}`))),
        set(row.result('row'), 'result'),
        set('row', ['row', '+', ROW_BYTES]),
        set('left', ['left', '-', ROW_BYTES]),
      ),
      ask('done', 'sendto', 'supervisor', { address: MESSAGE }, 'size', MSG_DONTWAIT_NOSIGNAL, 0, 0),
    ],
    ...Object.fromEntries(names.map((name) => [`row ${name}`, calls[name]])),

    // The connection of the supervisor ends.
    part: [
      set('item', recordOf('supervisor')),
      set(kind('item'), 0),
      ask('gone', 'close', 'supervisor'),
      set('supervisor', 0),
    ],

    // Without a supervisor and an open entry, nothing is left to do.
    rest: [
      when(['supervisor', '!=', 0], [back]),
      when(['open', '!=', 0], [back]),
      ask('done', 'exit_group', 0),
    ],

    // The process `fd` of an entry has ended.
    bury: [set('socket', entryOf('here')), set('item', recordOf('socket')), ...run('shut'), ...run('rest')],

    // Ends the service of the entry `socket`, with its record in `item`.
    shut: [
      when([entry.process('item'), '==', 0], [back]),
      set('gone', recordOf(entry.process('item'))),
      set(kind('gone'), 0),
      ask('done', 'close', entry.process('item')),
      set(entry.process('item'), 0),
      set(entry.pid('item'), 0),
      set('open', ['open', '-', 1]),
      ask('done', 'epoll_ctl', 'poll', EPOLL_CTL_DEL, 'socket', { address: SCRATCH }),
      set('type', entry.type('item')),
      when(
        ['type', '==', SOCK_STREAM],
        [option(SOL_SOCKET, SO_REUSEADDR, ZEROS), ask('done', 'shutdown', 'socket', SHUT_RD)],
        [
          away,
          repeat(
            ask('size here', 'recvfrom', 'socket', 0, 0, MSG_DONTWAIT_NOSIGNAL, 0, 0),
            when(['size here', '<', 0], [leave]),
          ),
        ],
      ),
      // Without connections and clients of UDP, of any entry, there is none to look for among all descriptors.
      when(['connections', '==', 0], [back]),
      set('every', 0),
      repeat(
        when(['every', '>', 'top'], [leave]),
        set('gone', recordOf('every')),
        when(
          [entryOf('gone'), '==', 'socket'],
          [
            set('is', kind('gone')),
            when(['is', '==', KIND.side], run('reset', { lost: 'every' })),
            when(['is', '==', KIND.client], run('forget', { gone: 'every' })),
          ],
        ),
        set('every', ['every', '+', 1]),
      ),
    ],
  };
};

type Words = typeof entry.address.words;

const copy = (to: string, targets: Words, from: string, sources: Words): readonly Statement[] =>
  targets.map((target, index) => set(target(to), sources[index]!(from)));
