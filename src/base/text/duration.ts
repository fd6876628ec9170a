/** Nanoseconds, because they are whole numbers: 0.1 ms has no exact binary form. */
const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 604_800e9,
};

const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w)/y;

/** Reads `1m30s`, `1.5h`, `2w`, `0` into milliseconds; a number without a unit is refused. */
export function parseDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  const sign = text.startsWith('-') ? -1 : 1;
  let position = /^[-+]/.test(text) ? 1 : 0;
  if (position === text.length) return undefined;
  let total = 0;
  while (position < text.length) {
    part.lastIndex = position;
    const match = part.exec(text);
    if (!match) return undefined;
    total += Number(match[1]) * nanoseconds[match[2]!]!;
    position = part.lastIndex;
  }
  // The resolution of Go's time.Duration, and so of Compose, is one nanosecond.
  return (sign * Math.round(total)) / 1e6;
}

/** Writes milliseconds as Go does, which is how Compose prints them: `1m30s`, `1h0m0s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(duration: number): string {
  if (duration < 0) return `-${formatDuration(-duration)}`;
  if (duration === 0) return '0s';
  if (duration < 1e-3) return `${trimmed(duration * 1e6)}ns`;
  if (duration < 1) return `${trimmed(duration * 1e3)}µs`;
  if (duration < 1000) return `${trimmed(duration)}ms`;
  const hours = Math.floor(duration / 3_600_000);
  const minutes = Math.floor((duration % 3_600_000) / 60_000);
  const seconds = `${trimmed((duration % 60_000) / 1000)}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

/** At most nine decimals: more digits are rounding errors of binary fractions. */
function trimmed(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
