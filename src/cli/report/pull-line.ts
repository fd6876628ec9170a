import { humanSize } from '../../base/text/human-size.ts';
import { phases, type TransferEvent } from './transfer.ts';

/** The line of an event of a pull or a push, in Docker’s sentences; none for events that only count bytes. */
export const pullLine = (event: TransferEvent): string | undefined => {
  switch (event.kind) {
    case 'pulling':
      return `Image ${event.image} Pulling`;
    case 'found':
      return `Image ${event.image} Pulling (found in ${event.in})`;
    case 'pushing':
      return `Image ${event.image} Pushing`;
    case 'pushed':
      return `Image ${event.image} Pushed (${event.digest.slice('sha256:'.length, 19)})`;
    case 'pulled':
      return `Image ${event.image} Pulled (${event.digest.slice('sha256:'.length, 19)})`;
    case 'skipped':
      return `${event.subject} Skipped ${event.because}`;
    case 'layer':
      if (event.phase === 'complete')
        return `${event.layer.slice('sha256:'.length, 19)} Pull complete (${humanSize(event.total, 3)})`;
      if (event.phase === 'pushed' || event.phase === 'present' || event.phase === 'mounted')
        return `${event.layer.slice('sha256:'.length, 19)} ${phases[event.phase].word} (${humanSize(event.total, 3)})`;
      // Another image of the same pull needs no line.
      return event.phase === 'waiting' && event.pid && event.pid !== process.pid
        ? `${event.layer.slice('sha256:'.length, 19)} Waiting (for process ${event.pid})`
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
      return `Image ${event.image} Error ${event.diagnostics[0]?.message ?? ''}`.trimEnd();
    case 'interrupted':
      return `Image ${event.image} Interrupted${event.by === undefined ? '' : ` (by the failure of ${event.by})`}`;
    case 'warning':
      return undefined;
  }
};
