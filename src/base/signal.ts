import { constants } from 'node:os';

export type Signal = { readonly name: string; readonly number: number };

/** signal(7): glibc keeps 32 and 33 for its threads, so the first real-time signal is 34. */
const firstRealTime = 34;
const lastRealTime = 64;

/** Reads `SIGTERM`, `term`, `15`, `SIGRTMIN+3`, `RTMAX-1`. */
export function parseSignal(text: string): Signal | undefined {
  const word = text.toUpperCase().replace(/^SIG/, '');
  if (/^\d+$/.test(word)) return signalOf(Number(word));
  const realTime = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(word);
  if (realTime) return realTimeSignal(realTime[1]!, realTime[2], Number(realTime[3] ?? 0));
  const number = numbers.get(`SIG${word}`);
  return number === undefined ? undefined : { name: `SIG${word}`, number };
}

/** Every name of a standard signal, for completion and for suggestions. */
export function signalNames(): string[] {
  return [...numbers.keys()];
}

function signalOf(number: number): Signal | undefined {
  if (number >= firstRealTime && number <= lastRealTime) {
    const distance = number - firstRealTime;
    return { name: distance === 0 ? 'SIGRTMIN' : `SIGRTMIN+${distance}`, number };
  }
  for (const [name, known] of numbers) if (known === number) return { name, number };
  return undefined;
}

function realTimeSignal(end: string, sign: string | undefined, distance: number): Signal | undefined {
  if (sign !== undefined && sign !== (end === 'MIN' ? '+' : '-')) return undefined;
  const number = end === 'MIN' ? firstRealTime + distance : lastRealTime - distance;
  return number < firstRealTime || number > lastRealTime ? undefined : signalOf(number);
}

const numbers: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals));
