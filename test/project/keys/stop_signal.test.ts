import test from 'ava';
import { problems, service, web } from '../support.ts';

for (const [written, name] of [
  ['SIGINT', 'SIGINT'],
  ['int', 'SIGINT'],
  ['15', 'SIGTERM'],
  ['SIGRTMIN+3', 'SIGRTMIN+3'],
  ['RTMAX', 'SIGRTMIN+30'],
]) {
  test(`${written} is ${name}`, (t) => {
    t.is(service(t, web(`stop_signal: ${written}`)).stopSignal, name!);
  });
}

test('SIGTERM by default', (t) => {
  t.is(service(t, web('tty: true')).stopSignal, 'SIGTERM');
});

test('a signal that does not exist', (t) => {
  t.deepEqual(problems(web('stop_signal: SIGTREM')), ['error invalid-value 4:18 SIGTREM']);
  t.deepEqual(problems(web('stop_signal: 99')), ['error invalid-value 4:18 99']);
  t.deepEqual(problems(web('stop_signal: SIGRTMIN+31')), ['error invalid-value 4:18 SIGRTMIN+31']);
});
