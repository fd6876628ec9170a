/** A delay for setTimeout(), in milliseconds: one of more than 2^31 - 1 would be over at once. */
export const timerDelay = (ms: number): number => Math.min(ms, 2 ** 31 - 1);
