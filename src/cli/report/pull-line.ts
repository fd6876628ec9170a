import { humanSize } from '../../base/human-size.ts';
import type { PullEvent } from '../../engine/pull-images.ts';

/** What a line says of an event of a pull; nothing of those that only count bytes. */
export const pullLine = (event: PullEvent): string | undefined => {
  switch (event.kind) {
    case 'pulling':
      return `${event.image}: pulling`;
    case 'found':
      return `${event.image}: found in ${event.in}`;
    case 'pulled':
      return `${event.image}: pulled ${event.digest.slice('sha256:'.length, 19)}`;
    case 'layer':
      if (event.phase === 'complete')
        return `${event.image}: ${event.layer.slice(7, 19)}: stored, ${humanSize(event.total, 3)}`;
      return event.phase === 'waiting' && event.pid
        ? `${event.image}: ${event.layer.slice(7, 19)}: waiting for process ${event.pid}`
        : undefined;
    case 'account':
      return `${event.host}: asked ${event.account === undefined ? 'anonymously' : `as ${event.account}`}`;
    case 'retry':
      return `${event.host}: ${event.cause}; again in ${event.pause / 1000} s`;
    case 'rate-limit':
      return `${event.host}: ${event.remaining} of ${event.limit} pulls are left`;
    case 'passed-over':
      return `${event.host}: passed over: ${event.cause}`;
    case 'failed':
    case 'warning':
      return undefined;
  }
};
