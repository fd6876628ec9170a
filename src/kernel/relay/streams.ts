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
  when,
} from '../native/language.ts';
import {
  entry,
  entryOf,
  KIND,
  kind,
  LINGER,
  MOST_PIPES,
  ONE,
  PIPES,
  recordOf,
  SCRATCH,
  side,
} from './layout.ts';

const NONBLOCK_CLOEXEC = 0o4000 | 0o2000000;
const SOCK_STREAM = 1;
const SOL_SOCKET = 1;
const SO_LINGER = 13;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const SHUT_WR = 1;
const EAGAIN = -11;
const EINPROGRESS = -115;
const SPLICE_F_MOVE_NONBLOCK = 1 | 2;
const F_SETPIPE_SZ = 1031;
/** Four times the size of a new pipe: fewer calls, and as many bytes wait for a slow reader. */
const PIPE_BYTES = 0x40000;
/** A connection that always has more to read gives way to others after as many reads. */
const ROUNDS = 16;

const EPOLLOUT = 4;
const EPOLLERR = 8;
const EPOLLHUP = 16;
/** EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLET */
const SIDE_EVENTS = 0x80002005;

export const streamRoutines = (ask: Ask): Program['routines'] => ({
  // Accepts the connections of the entry `fd`, with its record in `here`, until none is left.
  accept: [
    repeat(
      ask('near', 'accept4', 'fd', 0, 0, NONBLOCK_CLOEXEC),
      when(['near', '<', 0], [back]),
      set('far', -1),
      when(
        ['connections', '<', 'room'],
        [ask('far', 'socket', [entry.target.family('here'), '&', 0xffff], SOCK_STREAM | NONBLOCK_CLOEXEC, 0)],
      ),
      when(['far', '<', 0], [...drop(ask, 'near'), again]),
      // An accepted socket has the options of the listener.
      ask('done', 'setsockopt', 'far', IPPROTO_TCP, TCP_NODELAY, { address: ONE }, 4),
      ask('done', 'connect', 'far', ['here', '+', entry.target.at], entry.targetLength('here')),
      when(['done', '==', EINPROGRESS], [set('done', 0)]),
      when(['done', '<', 0], [...drop(ask, 'near'), ask('done', 'close', 'far'), again]),
      set('connections', ['connections', '+', 1]),
      ...join('far', 'near', 0),
      set('joined', 'done'),
      ...join('near', 'far', 1),
      when([['joined', '+', 'done'], '<', 0], run('reset', { lost: 'near' })),
    ),
  ],

  // An event of the side `fd`, with its record in `here`.
  move: [
    set('other', side.peer('here')),
    set('there', recordOf('other')),
    set('fresh', 0),
    when(
      [side.connected('here'), '==', 0],
      [
        when([['happened', '&', EPOLLERR | EPOLLHUP], '!=', 0], [...run('reset', { lost: 'fd' }), back]),
        when([['happened', '&', EPOLLOUT], '==', 0], [back]),
        set(side.connected('here'), 1),
        set('fresh', 1),
      ],
    ),
    when(
      [side.connected('there'), '==', 0],
      [when([['happened', '&', EPOLLERR], '!=', 0], run('reset', { lost: 'fd' })), back],
    ),
    ...run('pump', { from: 'fd' }),
    when(['alive', '==', 0], [back]),
    // Data of the other side may have waited for this one.
    when([side.held('there'), '>', 0], [set('fresh', 1)]),
    when(['fresh', '!=', 0], [...run('pump', { from: 'other' }), when(['alive', '==', 0], [back])]),
    when(
      [['happened', '&', EPOLLERR], '!=', 0],
      [when([side.held('here'), '==', 0], run('reset', { lost: 'fd' }))],
    ),
  ],

  // Passes on what the socket `from` has received. `alive` is 0 when that ended the connection.
  pump: [
    set('alive', 1),
    set('source', recordOf('from')),
    when([side.finished('source'), '!=', 0], [back]),
    set('to', side.peer('source')),
    set('rounds', ROUNDS),
    repeat(
      set('got', EAGAIN),
      set('put', EAGAIN),
      when(
        ['rounds', '>', 0],
        [
          when(
            [side.ended('source'), '==', 0],
            [
              when([side.reader('source'), '==', 0], run('take')),
              when([side.reader('source'), '==', 0], [...run('reset', { lost: 'from' }), back]),
              ask('got', 'splice', 'from', 0, side.writer('source'), 0, PIPE_BYTES, SPLICE_F_MOVE_NONBLOCK),
              when(['got', '==', 0], [set(side.ended('source'), 1)]),
              when(['got', '>', 0], [set(side.held('source'), [side.held('source'), '+', 'got'])]),
              when(['got', '<', 0], [when(['got', '!=', EAGAIN], [...run('reset', { lost: 'from' }), back])]),
            ],
          ),
        ],
      ),
      when(
        [side.held('source'), '>', 0],
        [
          ask(
            'put',
            'splice',
            side.reader('source'),
            0,
            'to',
            0,
            side.held('source'),
            SPLICE_F_MOVE_NONBLOCK,
          ),
          when(['put', '>', 0], [set(side.held('source'), [side.held('source'), '-', 'put'])]),
          when(['put', '<', 0], [when(['put', '!=', EAGAIN], [...run('reset', { lost: 'from' }), back])]),
          // The other side is full; it reports when it is not.
          when(['put', '<=', 0], [back]),
          when([side.held('source'), '>', 0], [again]),
          // EAGAIN may have meant that the pipe was full, which it is no longer: no further event tells of what waits.
          when(['got', '==', EAGAIN], [again]),
        ],
      ),
      when(
        [side.ended('source'), '!=', 0],
        [
          set(side.finished('source'), 1),
          ...run('give', { owner: 'source' }),
          ask('done', 'shutdown', 'to', SHUT_WR),
          set('sink', recordOf('to')),
          when([side.finished('sink'), '!=', 0], run('end', { lost: 'from' })),
          back,
        ],
      ),
      when(['got', '<=', 0], [leave]),
      set('rounds', ['rounds', '-', 1]),
      when(['rounds', '<=', 0], [...run('rearm', { watched: 'from', events: SIDE_EVENTS }), leave]),
    ),
    ...run('give', { owner: 'source' }),
  ],

  // A pipe for `source`; its reader stays 0 if there is none.
  take: [
    set('pipe', { address: SCRATCH }),
    when(
      ['pipes', '>', 0],
      [set('pipes', ['pipes', '-', 1]), set('pipe', [['pipes', '<<', 3], '+', { address: PIPES }])],
      [
        ask('done', 'pipe2', 'pipe', NONBLOCK_CLOEXEC),
        when(['done', '<', 0], [back]),
        ask('done', 'fcntl', { of: 'pipe', at: 4, bytes: 4 }, F_SETPIPE_SZ, PIPE_BYTES),
      ],
    ),
    set(side.reader('source'), { of: 'pipe', at: 0, bytes: 4 }),
    set(side.writer('source'), { of: 'pipe', at: 4, bytes: 4 }),
  ],

  // Keeps the pipe of the record `owner` for others if it is empty, and closes it otherwise.
  give: [
    when([side.reader('owner'), '==', 0], [back]),
    when(
      [side.held('owner'), '==', 0],
      [
        when(
          ['pipes', '<', MOST_PIPES],
          [
            set('pipe', [['pipes', '<<', 3], '+', { address: PIPES }]),
            set({ of: 'pipe', at: 0, bytes: 4 }, side.reader('owner')),
            set({ of: 'pipe', at: 4, bytes: 4 }, side.writer('owner')),
            set('pipes', ['pipes', '+', 1]),
            set(side.reader('owner'), 0),
            back,
          ],
        ),
      ],
    ),
    ask('done', 'close', side.reader('owner')),
    ask('done', 'close', side.writer('owner')),
    set(side.reader('owner'), 0),
  ],

  // Ends the connection of the side `lost` with a reset to both.
  reset: [
    set('first', recordOf('lost')),
    ask('done', 'setsockopt', 'lost', SOL_SOCKET, SO_LINGER, { address: LINGER }, 8),
    ask('done', 'setsockopt', side.peer('first'), SOL_SOCKET, SO_LINGER, { address: LINGER }, 8),
    ...run('end'),
  ],

  // Closes both sockets of the side `lost`.
  end: [
    set('alive', 0),
    set('connections', ['connections', '-', 1]),
    set('first', recordOf('lost')),
    set('second', recordOf(side.peer('first'))),
    ...run('give', { owner: 'first' }),
    ...run('give', { owner: 'second' }),
    set(kind('first'), 0),
    set(kind('second'), 0),
    ask('done', 'close', side.peer('first')),
    ask('done', 'close', 'lost'),
  ],
});

/** Closes an accepted socket with a reset. */
const drop = (ask: Ask, socket: string): readonly Statement[] => [
  ask('done', 'setsockopt', socket, SOL_SOCKET, SO_LINGER, { address: LINGER }, 8),
  ask('done', 'close', socket),
];

/** Makes a socket one side of a connection of the entry `fd`. */
const join = (socket: string, peer: string, connected: number): readonly Statement[] => [
  ...run('watch', { watched: socket, events: SIDE_EVENTS }),
  set(kind('record'), KIND.side),
  set(entryOf('record'), 'fd'),
  set(side.peer('record'), peer),
  ...[side.reader, side.held, side.ended, side.finished].map((field) => set(field('record'), 0)),
  set(side.connected('record'), connected),
];
