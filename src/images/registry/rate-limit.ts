import type { IncomingHttpHeaders } from 'node:http';
import type { RateLimit } from './events.ts';

/** Docker Hub's `ratelimit-limit: 100;w=21600` and `ratelimit-remaining: 76;w=21600`. */
export const readRateLimit = (headers: IncomingHttpHeaders): RateLimit | undefined => {
  const [limit, remaining] = ['ratelimit-limit', 'ratelimit-remaining'].map((name) =>
    /^(\d+)(?:;w=(\d+))?$/.exec(String(headers[name] ?? '')),
  );
  if (!limit || !remaining) return undefined;
  const seconds = limit[2];
  return {
    limit: Number(limit[1]),
    remaining: Number(remaining[1]),
    ...(seconds && { seconds: Number(seconds) }),
  };
};
