import type { Ask } from '../native/calls.ts';
import { leave, type Program, put, repeat, run, type Statement, set, when } from '../native/language.ts';
import {
  argument,
  at,
  CLD_EXITED,
  ENDED_AT,
  MOST_RECORDS,
  PATIENCE,
  RECORD,
  RECORD_BYTES,
  RECORD_SHIFT,
  SIGINFO,
  SIGNALS_AT_REST,
  STAT_AT,
  TEXT,
  TIME,
} from './layout.ts';

/** Seconds. A supervisor that runs longer has recovered. */
const RECOVERED = 10;

/** As many short lives one after the other are too many. */
const MOST_SHORT_LIVES = 8;

/** Nanoseconds. Pauses are in eighths of a second. */
const SECOND = 1_000_000_000;
const EIGHTH = 125_000_000;

const P_ALL = 0;
const P_PID = 1;
const WNOHANG_WEXITED = 1 | 4;
const WNOWAIT = 0x1000000;
const CLOCK_MONOTONIC = 1;
const CLOCK_BOOTTIME = 7;
const AT_FDCWD = -100;
const O_RDONLY_CLOEXEC = 0o2000000;
const O_WRONLY_CREAT_CLOEXEC = 0o2000101;
const O_WRONLY_CREAT_APPEND_CLOEXEC = 0o2002101;
const SIGTERM = 15;

const end = (ask: Ask, status: number): Statement => ask('done', 'exit_group', status);

/** The routines after the ends of the supervisor and of others. */
export const deathRoutines = (ask: Ask): Program['routines'] => ({
  // Reaps all children that have ended, after their ends are noted: a process that finds one gone finds its record.
  reap: [
    repeat(
      set(at(RECORD + SIGINFO.pid), 0),
      ask('done', 'waitid', P_ALL, 0, { address: RECORD }, WNOHANG_WEXITED | WNOWAIT, 0),
      when(['done', '<', 0], [leave]),
      set('pid', at(RECORD + SIGINFO.pid)),
      when(['pid', '==', 0], [leave]),
      when(
        ['pid', '==', 'supervisor'],
        [
          set('supervisor', 0),
          set('has ended', 1),
          set('how', at(RECORD + SIGINFO.code)),
          set('status', at(RECORD + SIGINFO.status)),
        ],
        run('record'),
      ),
      ask('done', 'waitid', P_PID, 'pid', 0, WNOHANG_WEXITED, 0),
      when(['done', '<', 0], [leave]),
    ),
  ],
  record: [
    ask('done', 'clock_gettime', CLOCK_BOOTTIME, { address: RECORD + ENDED_AT }),
    ...path(),
    ask('file', 'openat', AT_FDCWD, { address: TEXT }, O_RDONLY_CLOEXEC, 0),
    set(at(RECORD + STAT_AT), 0),
    ask('done', 'read', 'file', { address: RECORD + STAT_AT }, RECORD_BYTES - STAT_AT),
    when(['file', '>=', 0], [ask('done', 'close', 'file')]),
    ask('file', 'openat', AT_FDCWD, argument('exits'), O_WRONLY_CREAT_CLOEXEC, 0o600),
    when(
      ['file', '>=', 0],
      [
        ask('done', 'pwrite64', 'file', { address: RECORD }, RECORD_BYTES, ['turn', '<<', RECORD_SHIFT]),
        ask('done', 'close', 'file'),
        set('turn', [['turn', '+', 1], '&', MOST_RECORDS - 1]),
      ],
    ),
  ],
  // The supervisor has ended.
  mourn: [
    when(['is ending', '!=', 0], [end(ask, 0)]),
    when(
      ['how', '==', CLD_EXITED],
      [
        when(['status', '==', 0], [end(ask, 0)]),
        // It has told its caller why it cannot start.
        when([['status', '*', 'lives'], '==', 1], [end(ask, 1)]),
      ],
    ),
    ...run('note time'),
    when([['seconds', '-', 'began'], '>=', RECOVERED], [set('short lives', 0), set('pause', 0)]),
    set('short lives', ['short lives', '+', 1]),
    when(['short lives', '>', MOST_SHORT_LIVES], run('give up')),
    when(['pause', '!=', 0], run('rest')),
    set('pause', ['pause', '<<', 1]),
    when(['pause', '==', 0], [set('pause', 1)]),
    ...run('spawn'),
  ],
  // The pause before the next life, in which others end all the same.
  rest: [
    ...run('note time'),
    set('due', [['pause', '*', EIGHTH], '+', 'now']),
    repeat(
      set('left', ['due', '-', 'now']),
      when(['left', '<=', 0], [leave]),
      set(at(PATIENCE, 8), 0),
      repeat(
        when(['left', '<', SECOND], [leave]),
        set('left', ['left', '-', SECOND]),
        set(at(PATIENCE, 8), [at(PATIENCE, 8), '+', 1]),
      ),
      set(at(PATIENCE + 8, 8), 'left'),
      ask('signal', 'rt_sigtimedwait', { address: SIGNALS_AT_REST }, 0, { address: PATIENCE }, 8),
      when(['signal', '==', SIGTERM], [end(ask, 0)]),
      ...run('reap'),
      ...run('note time'),
    ),
  ],
  'give up': [
    ask('file', 'openat', AT_FDCWD, argument('notices'), O_WRONLY_CREAT_APPEND_CLOEXEC, 0o600),
    set('length', [argument('task'), '-', argument('notice')]),
    ask('done', 'write', 'file', argument('notice'), ['length', '-', 1]),
    end(ask, 1),
  ],
  'note time': [
    ask('done', 'clock_gettime', CLOCK_MONOTONIC, { address: TIME }),
    set('seconds', at(TIME, 8)),
    set('now', [['seconds', '*', SECOND], '+', at(TIME + 8, 8)]),
  ],
});

/** /proc/PID/stat. */
const path = (): readonly Statement[] => [
  ...put('memory', TEXT, '/proc/'),
  set('end', { address: TEXT + '/proc/'.length }),
  set('digits', 0),
  set('rest', 'pid'),
  // 2 ** 22 is the highest PID.
  ...[1_000_000, 100_000, 10_000, 1000, 100, 10, 1].flatMap(digit),
  ...put('end', 0, '/stat'),
];

const digit = (power: number): readonly Statement[] => [
  set('digit', 0),
  repeat(
    when(['rest', '<', power], [leave]),
    set('rest', ['rest', '-', power]),
    set('digit', ['digit', '+', 1]),
  ),
  set('digits', ['digits', '|', 'digit']),
  when(
    ['digits', '!=', 0],
    [set({ of: 'end', at: 0, bytes: 4 }, ['digit', '+', '0'.charCodeAt(0)]), set('end', ['end', '+', 1])],
  ),
];
