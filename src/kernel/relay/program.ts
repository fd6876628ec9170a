import { type Ask, callsOf } from '../native/calls.ts';
import {
  again,
  leave,
  type Program,
  put,
  repeat,
  run,
  type Statement,
  set,
  when,
} from '../native/language.ts';
import type { Architecture } from '../program/syscalls.ts';
import { controlRoutines } from './control.ts';
import { datagramRoutines } from './datagrams.ts';
import {
  EVENTS,
  EVENTS_AT_ONCE,
  entry,
  generation,
  KIND,
  kind,
  LINGER,
  MEMORY_BYTES,
  MEMORY_SHIFT,
  MOST_DESCRIPTORS,
  NOWHERE,
  ONE,
  recordOf,
  SCRATCH,
  SIGNALS,
} from './layout.ts';
import { streamRoutines } from './streams.ts';

/** Descriptor 3: the unix socket, listening, of type SOCK_SEQPACKET, on which the supervisor connects. */
const DOOR = 3;

/**
 * The relay: one thread around epoll(7). It moves bytes with splice(2) between the two sockets of a TCP connection, and
 * datagrams through a socket for each UDP client.
 */
export const relayProgram = (architecture: Architecture): Program => {
  const ask = callsOf(architecture);
  // struct epoll_event is packed on x86-64 and on no other architecture.
  const data = architecture === 'x64' ? 4 : 8;
  return {
    main: [...prepare(ask), ...serve(ask, data)],
    routines: {
      ...watchRoutines(ask, data),
      ...controlRoutines(ask),
      ...streamRoutines(ask),
      ...datagramRoutines(ask),
    },
  };
};

const PROT_READ_WRITE = 1 | 2;
const MAP_PRIVATE_ANONYMOUS_NORESERVE_FIXED = 0x02 | 0x20 | 0x4000 | 0x10;
/** SIGHUP, SIGINT, SIGQUIT, and SIGPIPE: splice(2) to a closed socket sends it. */
const BLOCKED_SIGNALS = [1, 2, 3, 13].reduce((set, signal) => set | (1 << (signal - 1)), 0);
const PR_SET_NAME = 15;
/** The name in ps(1) and ss(8). */
const NAME = 'tscompose-relay';
const RLIMIT_NOFILE = 7;
const CLOEXEC = 0o2000000;
const CLOCK_MONOTONIC = 1;
const EPOLLIN = 1;
const SOCK_STREAM = 1;

const prepare = (ask: Ask): readonly Statement[] => [
  { do: 'base', value: [1, '<<', MEMORY_SHIFT] },
  ask(
    'done',
    'mmap',
    [1, '<<', MEMORY_SHIFT],
    MEMORY_BYTES,
    PROT_READ_WRITE,
    MAP_PRIVATE_ANONYMOUS_NORESERVE_FIXED,
    -1,
    0,
  ),
  set('scratch', { address: SCRATCH }),
  set({ of: 'scratch', at: ONE - SCRATCH, bytes: 4 }, 1),
  set({ of: 'scratch', at: NOWHERE - SCRATCH, bytes: 4 }, 0x7fffffff),
  // struct linger: on, 0 seconds
  set({ of: 'scratch', at: LINGER - SCRATCH, bytes: 4 }, 1),
  set({ of: 'scratch', at: SIGNALS - SCRATCH, bytes: 8 }, BLOCKED_SIGNALS),
  ...put('scratch', 0, NAME),
  ask('done', 'prctl', PR_SET_NAME, { address: SCRATCH }),
  ask('done', 'rt_sigprocmask', 0, { address: SIGNALS }, 0, 8),
  // The table has a record for each descriptor. A connection uses two, and at most two pipes.
  ask('done', 'prlimit64', 0, RLIMIT_NOFILE, 0, { address: SCRATCH }),
  set('limit', { of: 'scratch', at: 0, bytes: 8 }),
  set('limit above', [['limit', '>>', 16], '&', 0x7fffffff]),
  when(
    ['limit above', '!=', 0],
    [
      set('limit', MOST_DESCRIPTORS),
      set({ of: 'scratch', at: 0, bytes: 8 }, 'limit'),
      ask('done', 'prlimit64', 0, RLIMIT_NOFILE, { address: SCRATCH }, 0),
    ],
  ),
  set('room', [[['limit', '-', 64], '*', 10], '>>', 6]),
  ask('poll', 'epoll_create1', CLOEXEC),
  ask('clock', 'timerfd_create', CLOCK_MONOTONIC, CLOEXEC),
  ...run('watch', { watched: DOOR, events: EPOLLIN }),
  set(kind('record'), KIND.door),
  ...run('watch', { watched: 'clock', events: EPOLLIN }),
  set(kind('record'), KIND.clock),
];

const serve = (ask: Ask, data: number): readonly Statement[] => [
  repeat(
    ask('count', 'epoll_pwait', 'poll', { address: EVENTS }, EVENTS_AT_ONCE, -1, 0, 8),
    set('event', { address: EVENTS }),
    repeat(
      when(['count', '<=', 0], [leave]),
      set('happened', { of: 'event', at: 0, bytes: 4 }),
      set('fd', { of: 'event', at: data, bytes: 4 }),
      set('number', { of: 'event', at: data + 4, bytes: 4 }),
      set('event', ['event', '+', data + 8]),
      set('count', ['count', '-', 1]),
      set('here', recordOf('fd')),
      when([generation('here'), '!=', 'number'], [again]),
      set('is', kind('here')),
      when(['is', '==', KIND.entry], [set('type', entry.type('here')), ...run('serve')]),
      ...HANDLERS.map(([is, routine]) => when(['is', '==', is], run(routine))),
    ),
  ),
];

/** The routine for an event of each kind of descriptor. */
const HANDLERS = [
  [KIND.side, 'move'],
  [KIND.client, 'answer'],
  [KIND.door, 'greet'],
  [KIND.supervisor, 'obey'],
  [KIND.process, 'bury'],
  [KIND.clock, 'tick'],
] as const;

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_MOD = 3;

const watchRoutines = (ask: Ask, data: number): Program['routines'] => ({
  serve: [when(['type', '==', SOCK_STREAM], run('accept'), run('forward'))],
  // Adds `watched` to the set, for `events`. Its record is in `record` then, and the result in `done`.
  watch: [
    set('record', recordOf('watched')),
    set('last generation', ['last generation', '+', 1]),
    set(generation('record'), 'last generation'),
    when(['top', '<', 'watched'], [set('top', 'watched')]),
    ...run('change', { how: EPOLL_CTL_ADD }),
  ],
  // Reports the state of `watched` again, although it has not changed.
  rearm: [set('record', recordOf('watched')), ...run('change', { how: EPOLL_CTL_MOD })],
  change: [
    set({ of: 'scratch', at: 0, bytes: 4 }, 'events'),
    set({ of: 'scratch', at: data, bytes: 4 }, 'watched'),
    set({ of: 'scratch', at: data + 4, bytes: 4 }, generation('record')),
    ask('done', 'epoll_ctl', 'poll', 'how', 'watched', { address: SCRATCH }),
  ],
});
