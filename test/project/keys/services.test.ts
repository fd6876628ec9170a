import test from 'ava';
import { problems } from '../support.ts';

test('services with nothing behind them are refused; none of them in braces are a project', (t) => {
  t.deepEqual(problems('services:\n'), ['error invalid-type 1:1 services']);
  t.deepEqual(problems('services: {}\n', { toRun: false }), []);
});
