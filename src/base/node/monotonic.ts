/**
 * Milliseconds of CLOCK_MONOTONIC, which nobody sets. `performance` would load a module of Node at the start of every
 * supervisor.
 */
export const monotonic = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
};
