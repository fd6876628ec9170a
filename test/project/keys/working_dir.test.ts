import test from 'ava';
import { problems, service, web } from '../support.ts';

test('an absolute path', (t) => {
  t.is(service(t, web('working_dir: /srv')).workingDir, '/srv');
});

test('a relative one is refused', (t) => {
  t.deepEqual(problems(web('working_dir: srv')), ['error invalid-value 4:18 srv']);
});
