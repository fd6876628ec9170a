import { timerDelay } from '../../base/node/timer-delay.ts';

/** The time limit of all waits of a call; its signal is aborted with the milliseconds. */
export type TimeLimit = { readonly late: AbortSignal | undefined; readonly end: () => void };

/** Begins now; 0 and undefined are no limit. */
export const openTimeLimit = (ms = 0): TimeLimit => {
  if (ms === 0) return { late: undefined, end: () => {} };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(ms), timerDelay(ms));
  return { late: controller.signal, end: () => clearTimeout(timer) };
};
