import { constants } from 'node:os';
import { Problem } from './diagnostic.ts';
import { didYouMean } from './text/typo.ts';

export type Signal = { readonly name: string; readonly number: number };

/** Reads `SIGTERM`, `term`, `15`, `SIGRTMIN+3`, `RTMAX-1`; undefined where there is no such signal. */
export const parseSignal = (text: string): Signal | undefined => {
  const word = text.toUpperCase().replace(/^SIG/, '');
  if (/^\d+$/.test(word)) return signalOf(Number(word));
  const realTime = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(word);
  if (realTime) return realTimeSignal(realTime[1]!, realTime[2], Number(realTime[3] ?? 0));
  const number = numbers.get(`SIG${word}`);
  return number === undefined ? undefined : { name: `SIG${word}`, number };
};

/** The same, but throws a Problem if there is no such signal. */
export const requireSignal = (text: string): Signal => {
  const signal = parseSignal(text);
  if (signal) return signal;
  const near = nearSignal(text);
  throw new Problem({
    severity: 'error',
    code: 'invalid-value',
    message: `invalid signal: \`${text}\``,
    help: near ? `did you mean \`${near}\`?` : EXPECTED_SIGNAL,
  });
};

/** Whether a container ends by such a signal as by `stop`: its restart policy does not start it again. */
export const isStop = (signal: string, stopSignal: string): boolean => {
  const { name, number } = requireSignal(signal);
  return name === 'SIGKILL' || number === parseSignal(stopSignal)?.number;
};

/** The one signal whose name is a single edit away. */
export const nearSignal = (text: string): string | undefined =>
  didYouMean(`SIG${text.toUpperCase().replace(/^SIG/, '')}`, signalNames());

export const EXPECTED_SIGNAL = 'expected a signal such as SIGTERM, TERM, 15 or SIGRTMIN+3';

/** The names of all standard signals, SIGRTMIN and SIGRTMAX, for completion and for suggestions. */
export const signalNames = (): readonly string[] => [...numbers.keys(), 'SIGRTMIN', 'SIGRTMAX'];

const signalOf = (number: number): Signal | undefined => {
  if (number >= FIRST_REAL_TIME && number <= LAST_REAL_TIME) {
    const distance = number - FIRST_REAL_TIME;
    return { name: distance === 0 ? 'SIGRTMIN' : `SIGRTMIN+${distance}`, number };
  }
  for (const [name, known] of numbers) if (known === number) return { name, number };
  return undefined;
};

const realTimeSignal = (end: string, sign: string | undefined, distance: number): Signal | undefined => {
  if (sign !== undefined && sign !== (end === 'MIN' ? '+' : '-')) return undefined;
  const number = end === 'MIN' ? FIRST_REAL_TIME + distance : LAST_REAL_TIME - distance;
  return number < FIRST_REAL_TIME || number > LAST_REAL_TIME ? undefined : signalOf(number);
};

const numbers: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals));

/** signal(7): glibc reserves 32 and 33 for its threads, so the first real-time signal is 34. */
const FIRST_REAL_TIME = 34;
const LAST_REAL_TIME = 64;
