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
import { deathRoutines } from './deaths.ts';
import {
  ARGUMENT,
  argument,
  at,
  EVERY_SIGNAL,
  FIRST_HIDDEN,
  MEMORY_BYTES,
  MEMORY_SHIFT,
  MOST_WORDS,
  PAIR,
  PATIENCE,
  PIDFD,
  POINTERS,
  POLL,
  SCORE,
  SIGNALS_AT_REST,
  TEXT,
  WORDS,
  ZEROS,
} from './layout.ts';

/**
 * The guardian of a supervisor: its parent and the subreaper of its containers. It sleeps in rt_sigtimedwait(2), the
 * only call that it waits in, and
 * - starts the supervisor anew when it has ended, except in order, at first at once and later after pauses,
 * - reaps what the supervisor has left, after it has noted each end in the file of exits,
 * - passes on SIGTERM and ends with the supervisor then,
 * - holds a pair of sockets, and in it what supervisors have parked there; it never reads it.
 */
export const guardianProgram = (architecture: Architecture): Program => {
  const ask = callsOf(architecture);
  return {
    main: [...prepare(ask), ...begin(ask), ...serve(ask)],
    routines: { ...spawnRoutine(ask), ...deathRoutines(ask) },
  };
};

const PROT_READ_WRITE = 1 | 2;
const MAP_PRIVATE_ANONYMOUS_FIXED = 0x02 | 0x20 | 0x10;
const PR_SET_DUMPABLE = 4;
const PR_SET_NAME = 15;
const PR_SET_CHILD_SUBREAPER = 36;
const SIG_BLOCK = 0;
const SIG_SETMASK = 2;
const AT_FDCWD = -100;
const O_RDWR_CLOEXEC = 0o2000002;
const O_WRONLY_APPEND = 0o2001;
const SIGTERM = 15;
const SIGCHLD = 17;

const SCORE_FILE = '/proc/self/oom_score_adj';
/** The value of conmon. The supervisor gets back that of the guardian's start, and its containers inherit it. */
const SCORE_OF_GUARDIAN = '-1000';

const prepare = (ask: Ask): readonly Statement[] => [
  { do: 'base', value: [1, '<<', MEMORY_SHIFT] },
  ask(
    'done',
    'mmap',
    [1, '<<', MEMORY_SHIFT],
    MEMORY_BYTES,
    PROT_READ_WRITE,
    MAP_PRIVATE_ANONYMOUS_FIXED,
    -1,
    0,
  ),
  set('memory', { address: 0 }),
  ...takeWords(ask),
  ...put('memory', TEXT, 'tscompose-guard'),
  ask('done', 'prctl', PR_SET_NAME, { address: TEXT }),
  set(at(EVERY_SIGNAL, 8), -1),
  set(at(SIGNALS_AT_REST, 8), (1 << (SIGTERM - 1)) | (1 << (SIGCHLD - 1))),
  ask('done', 'rt_sigprocmask', SIG_BLOCK, { address: EVERY_SIGNAL }, 0, 8),
  // Where a caller ignores SIGCHLD, the kernel would reap all children at once.
  ask('done', 'rt_sigaction', SIGCHLD, { address: ZEROS }, 0, 8),
  ...put('memory', TEXT, SCORE_FILE),
  ask('file', 'openat', AT_FDCWD, { address: TEXT }, O_RDWR_CLOEXEC, 0),
  ask('score length', 'read', 'file', { address: SCORE }, 16),
  ...put('memory', TEXT, SCORE_OF_GUARDIAN),
  ask('done', 'write', 'file', { address: TEXT }, SCORE_OF_GUARDIAN.length),
  ask('done', 'close', 'file'),
  ask('done', 'prctl', PR_SET_DUMPABLE, 0, 0, 0, 0),
  ask('done', 'prctl', PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0),
];

/**
 * The command line is in the memory of the process, where ps(1) reads it: most words are moved elsewhere. PR_SET_MM of
 * prctl(2) would need CAP_SYS_RESOURCE.
 */
const takeWords = (ask: Ask): readonly Statement[] => [
  // execve(2): the number of words, their addresses, a null pointer, the addresses of the environment.
  { do: 'stack', to: 'word' },
  set('count', { of: 'word', at: 0, bytes: 8 }),
  set('environment', [['count', '<<', 3], '+', 'word']),
  set('environment', ['environment', '+', 16]),
  when(['count', '>', MOST_WORDS], [ask('done', 'exit_group', 1)]),
  set('word', ['word', '+', 8 * (1 + FIRST_HIDDEN)]),
  set('count', ['count', '-', FIRST_HIDDEN]),
  set('from', { of: 'word', at: 0, bytes: 8 }),
  set('to', { address: WORDS }),
  set('pointer', { address: POINTERS }),
  // The texts lie one after the other.
  repeat(
    when(['count', '<=', 0], [leave]),
    set({ of: 'pointer', at: 0, bytes: 8 }, 'to'),
    set('pointer', ['pointer', '+', 8]),
    set('count', ['count', '-', 1]),
    repeat(
      set('letters', { of: 'from', at: 0, bytes: 4 }),
      set('letter', ['letters', '&', 0xff]),
      set({ of: 'to', at: 0, bytes: 4 }, 'letter'),
      set({ of: 'from', at: 0, bytes: 4 }, ['letters', '-', 'letter']),
      set('from', ['from', '+', 1]),
      set('to', ['to', '+', 1]),
      when(['letter', '==', 0], [leave]),
    ),
  ),
];

const PR_SET_PDEATHSIG = 1;
const POLLIN = 1;
const AF_UNIX = 1;
const SOCK_DGRAM = 2;

/** Of close_range(2), the most that there can be. */
const LAST = 0x7fffffff;

// Other descriptors of the caller are not for a process that outlives it: a pipe of its own would not end.
const begin = (ask: Ask): readonly Statement[] => [
  set('task', argument('task')),
  when(
    [[{ of: 'task', at: 0, bytes: 4 }, '&', 0xff], '==', 'w'.charCodeAt(0)],
    [
      ask('done', 'close_range', PIDFD + 1, LAST, 0),
      set('is watching', 1),
      set('lives', 1),
      ...run('note time'),
      set('began', 'seconds'),
      set(at(POLL), PIDFD),
      set(at(POLL + 4), POLLIN),
      // A parent that has ended before this call is found by its pidfd.
      ask('done', 'prctl', PR_SET_PDEATHSIG, SIGCHLD, 0, 0, 0),
    ],
    [
      // The lowest numbers that are free: `PAIR`.
      ask('done', 'close_range', PAIR[0], LAST, 0),
      ask('done', 'socketpair', AF_UNIX, SOCK_DGRAM, 0, { address: TEXT }),
      ...run('spawn'),
    ],
  ),
  // Standard input and output belong to the caller of the supervisor.
  ...put('memory', TEXT, '/dev/null'),
  ask('file', 'openat', AT_FDCWD, { address: TEXT }, O_RDWR_CLOEXEC, 0),
  ...[0, 1, 2].map((descriptor) => ask('done', 'dup3', 'file', descriptor, 0)),
  when(['file', '>', 2], [ask('done', 'close', 'file')]),
];

const serve = (ask: Ask): readonly Statement[] => [
  repeat(
    ...run('reap'),
    when(
      ['is watching', '!=', 0],
      [
        // The kernel sends the signal of PR_SET_PDEATHSIG a moment before the pidfd is readable; nothing else sends it.
        set(at(PATIENCE, 8), 'patience'),
        set(at(PATIENCE + 8, 8), 0),
        ask('ready', 'ppoll', { address: POLL }, 1, { address: PATIENCE }, 0, 0),
        when(['ready', '>', 0], [ask('done', 'close', PIDFD), set('is watching', 0), set('has ended', 1)]),
      ],
    ),
    when(['has ended', '!=', 0], [set('has ended', 0), ...run('mourn'), again]),
    ask('signal', 'rt_sigtimedwait', { address: EVERY_SIGNAL }, 0, 0, 8),
    set('patience', 0),
    when(['signal', '==', SIGCHLD], [set('patience', 1)]),
    when(
      ['signal', '==', SIGTERM],
      [
        set('is ending', 1),
        when(
          ['is watching', '!=', 0],
          [ask('done', 'pidfd_send_signal', PIDFD, SIGTERM, 0, 0)],
          [ask('done', 'kill', 'supervisor', SIGTERM)],
        ),
      ],
    ),
  ),
];

const spawnRoutine = (ask: Ask): Program['routines'] => ({
  // Starts the supervisor: `supervisor` is its PID then. A failure is as if it had ended at once.
  spawn: [
    set('lives', ['lives', '+', 1]),
    set('how', 0),
    ask('supervisor', 'clone', SIGCHLD, 0, 0, 0, 0),
    when(['supervisor', '<', 0], [set('has ended', 1)]),
    when(
      ['supervisor', '==', 0],
      [
        ...put('memory', TEXT, SCORE_FILE),
        ask('file', 'openat', AT_FDCWD, { address: TEXT }, O_RDWR_CLOEXEC, 0),
        ask('done', 'write', 'file', { address: SCORE }, 'score length'),
        ask('done', 'close', 'file'),
        when(
          ['lives', '>', 1],
          [
            ask('file', 'openat', AT_FDCWD, argument('complaints'), O_WRONLY_APPEND, 0),
            when(['file', '>', 2], [ask('done', 'dup3', 'file', 2, 0), ask('done', 'close', 'file')]),
          ],
        ),
        ask('done', 'rt_sigprocmask', SIG_SETMASK, { address: ZEROS }, 0, 8),
        ask(
          'done',
          'execve',
          argument('program'),
          { address: POINTERS + 8 * (ARGUMENT.program + 1) },
          'environment',
        ),
        ask('done', 'exit_group', 127),
      ],
    ),
    ...run('note time'),
    set('began', 'seconds'),
  ],
});
