import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import test from 'ava';
import { ignoresSignal } from '../../../src/engine/containers/ignores-signal.ts';

const { SIGTERM, SIGHUP, SIGKILL } = constants.signals;

test('a signal is ignored if the process says so; PID 1 ignores all that it does not handle', async (t) => {
  const script = 'trap "" TERM; trap : USR1; echo ready; read line';
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  t.teardown(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const pid = child.pid!;
  for (const isInit of [true, false]) {
    t.true(ignoresSignal(pid, SIGTERM, isInit));
    t.false(ignoresSignal(pid, constants.signals.SIGUSR1, isInit));
    t.false(ignoresSignal(pid, SIGKILL, isInit));
  }
  t.deepEqual([ignoresSignal(pid, SIGHUP, true), ignoresSignal(pid, SIGHUP, false)], [true, false]);
});

test('a process that is gone ignores nothing', (t) => {
  t.false(ignoresSignal(2 ** 22 + 1, SIGTERM, true));
});
