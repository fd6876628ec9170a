import test from 'ava';
import { hardLimit, ownProperty, realTime } from '../../../src/engine/failures/own-property.ts';
import { errnoNumber } from '../../../src/kernel/program/errno.ts';
import { call, inside, type Step } from '../../../src/kernel/program/program.ts';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max core file size        0                    unlimited            bytes     
Max open files            1000                 2000                 files     
Max realtime timeout      unlimited            unlimited            us        
`;

const failed = (step: Step, error: 'EPERM' | 'EINVAL' | 'EACCES') =>
  ({ kind: 'errno', step, number: 1, errno: errnoNumber(error) }) as const;

test('the hard limit is that of the resource, as /proc/self/limits has it', (t) => {
  t.is(hardLimit('RLIMIT_NOFILE', LIMITS), 'the hard limit of tscompose itself is 2000');
  t.is(hardLimit('RLIMIT_CORE', LIMITS), 'the hard limit of tscompose itself is unlimited');
  t.is(hardLimit('RLIMIT_RTPRIO', LIMITS), undefined);
});

test('a real-time priority is read behind a name with spaces and parentheses', (t) => {
  const stat = (priority: number): string =>
    `7 (a) b) S ${Array.from({ length: 36 }, (_, index) => index).join(' ')} ${priority} 1 0`;
  t.regex(realTime(stat(10))!, /priority 10 of tscompose/);
  t.is(realTime(stat(0)), undefined);
});

test('only a refused raise of a limit is explained by it', (t) => {
  const limit = inside('a limit', call('prlimit64', 0, 'RLIMIT_NOFILE', { soft: 1, hard: 2 }));
  t.regex(ownProperty(failed(limit, 'EPERM'))!, /^the hard limit of tscompose itself is (\d+|unlimited)$/);
  t.is(ownProperty(failed(limit, 'EINVAL')), undefined);
  t.is(ownProperty(failed(inside('another', call('write', '$memory_door', '0')), 'EINVAL')), undefined);
});
