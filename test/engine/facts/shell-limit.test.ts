import test from 'ava';
import { ofUser } from '../../../src/engine/facts/shell-limit.ts';

test('the shell knows the soft limit that Node has raised', (t) => {
  t.deepEqual(ofUser({ soft: 4096, hard: 4096 }, { soft: 1024, hard: 4096 }), { soft: 1024, hard: 4096 });
});

test('a limit that was set on the way, or a parent that is not the shell, counts for nothing', (t) => {
  t.deepEqual(ofUser({ soft: 600, hard: 600 }, { soft: 1024, hard: 4096 }), { soft: 600, hard: 600 });
  t.deepEqual(ofUser({ soft: 4096, hard: 4096 }, { soft: -1, hard: -1 }), { soft: 4096, hard: 4096 });
});
