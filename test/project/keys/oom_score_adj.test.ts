import test from 'ava';
import { problems, service, web } from '../support.ts';

test('a number from -1000 to 1000', (t) => {
  t.is(service(t, web('oom_score_adj: -500')).oomScoreAdj, -500);
  t.is(service(t, web('oom_score_adj: "300"')).oomScoreAdj, 300);
});

test('nothing beyond', (t) => {
  t.deepEqual(problems(web('oom_score_adj: 1001')), ['error invalid-value 4:20 1001']);
  t.deepEqual(problems(web('oom_score_adj: -1001')), ['error invalid-value 4:20 -1001']);
});
