import test from 'ava';
import { readMachine } from '../../../src/engine/isolation/machine.ts';
import { holdsMore, runningIsolation } from '../../../src/engine/isolation/running.ts';
import { lifeOf } from '../../../src/engine/record/life.ts';
import { capabilities, processFacts, user } from './samples.ts';

const container = { name: 'app-web-1', cgroup: { path: 'no/such', controllers: [], guarded: [] } };
const life = lifeOf(process.pid)!;

test('this process is in the namespaces of the host, with the mounts of the host', (t) => {
  const facts = runningIsolation({ ...container, life }, readMachine([]));
  t.deepEqual(
    Object.values(facts!.namespaces).map(({ kind }) => kind),
    Array(6).fill('host'),
  );
  t.is(facts!.hostMounts.find(({ target }) => target === '/')?.source, '/');
  t.is(facts!.process.user.hostUid, process.geteuid!());
});

// Red without: the isAlive after the reads in running.ts.
test('files of a process that has the PID of an earlier one are not those of the container', (t) => {
  const earlier = { ...life, startTime: '1' };
  t.is(runningIsolation({ ...container, life: earlier }, readMachine([])), undefined);
});

test('a process that has ended is none', (t) => {
  t.is(runningIsolation({ ...container, life: { ...life, pid: 2 ** 22 + 1 } }, readMachine([])), undefined);
});

test('a further process holds more with a capability, without a filter, or as root of the host', (t) => {
  const first = processFacts();
  t.false(holdsMore(processFacts({ capabilities: capabilities('-CAP_KILL'), filters: 2 }), first));
  t.true(holdsMore(processFacts({ capabilities: capabilities('CAP_BPF') }), first));
  t.true(holdsMore(processFacts({ filters: 0 }), first));
  t.true(holdsMore(processFacts({ user: user(0) }), first));
  t.false(holdsMore(processFacts({ user: user(0) }), processFacts({ user: user(0) })));
});
