import type { Field } from '../native/language.ts';

/** The address of the memory: 1 << 36. Only pages that it uses exist: two, as a rule. */
export const MEMORY_SHIFT = 36;
export const MEMORY_BYTES = 0x40000;

/** Variables first, then what follows at these offsets. */
export const VARIABLES = 0x200;
/** 32 zeros: an empty set of signals, the default action of a signal. */
export const ZEROS = 0x200;
/** Sets of signals. */
export const EVERY_SIGNAL = 0x220;
export const SIGNALS_AT_REST = 0x228;
/** struct pollfd */
export const POLL = 0x230;
/** struct timespec */
export const TIME = 0x240;
/** The text of /proc/self/oom_score_adj. */
export const SCORE = 0x250;
/** struct timespec of ppoll(2), which changes it */
export const PATIENCE = 0x260;
/** Paths and other short texts. */
export const TEXT = 0x280;
/** A record of the file of exits: siginfo_t, then proc_pid_stat(5). */
export const RECORD = 0x400;

/** The addresses of the words from `FIRST_HIDDEN` on, and the words. */
export const POINTERS = 0x800;
export const MOST_WORDS = 200;
export const WORDS = 0x1000;

/** The parts of a record in the file of exits: the guardian writes it, `exits.ts` reads it. */
export const RECORD_SHIFT = 9;
export const RECORD_BYTES = 1 << RECORD_SHIFT;
/** struct timespec of CLOCK_BOOTTIME: when the process was reaped. */
export const ENDED_AT = 64;
export const STAT_AT = 128;
/** The file is a ring of records. */
export const MOST_RECORDS = 256;

/** siginfo_t of waitid(2) on 64 bits. */
export const SIGINFO = { code: 8, pid: 16, status: 24 } as const;

/** CLD_EXITED of siginfo_t: the status is an exit code, otherwise the number of a signal. */
export const CLD_EXITED = 1;

/** ps(1) shows the first words, `tscompose guardian PROJECT`; the others are hidden from it. */
export const FIRST_HIDDEN = 3;

/**
 * The descriptors of a pair of sockets, which the guardian holds and passes on to each supervisor: the messages in it, and
 * the descriptors in them, outlive supervisors.
 */
export const PAIR = [3, 4] as const;

/** A pidfd of the supervisor, where that has started the guardian. */
export const PIDFD = 5;

/** The hidden words, by their position. */
export const ARGUMENT = {
  /** The file of exits. */
  exits: 0,
  /** The standard error of a later supervisor. */
  complaints: 1,
  notices: 2,
  /** The line that the guardian appends to the notices when it gives up. */
  notice: 3,
  /** `start`, or `watch`: the supervisor runs already, is its parent, and `PIDFD` and `PAIR` are open. */
  task: 4,
  /** The path for execve(2); its arguments follow. */
  program: 5,
} as const;

/** A field of the memory, whose address is in the variable `memory`. */
export const at = (offset: number, bytes: Field['bytes'] = 4): Field => ({ of: 'memory', at: offset, bytes });

/** The address of a hidden word. */
export const argument = (name: keyof typeof ARGUMENT): Field => at(POINTERS + 8 * ARGUMENT[name], 8);
