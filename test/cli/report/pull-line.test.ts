import test from 'ava';
import { pullLine } from '../../../src/cli/report/pull-line.ts';

test('a layer that another process fetches is waited for with a line, and one of the same pull without', (t) => {
  const waiting = (pid: number): string | undefined =>
    pullLine({
      ...{ kind: 'layer', image: 'app', layer: `sha256:${'1234'.repeat(16)}`, phase: 'waiting', pid },
      ...{ done: 0, total: 10 },
    });
  t.is(waiting(1), '123412341234 Waiting (for process 1)');
  t.is(waiting(process.pid), undefined);
});
