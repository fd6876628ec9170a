import test from 'ava';
import { type Machine, type ProcessFiles, processRow } from '../../../src/engine/containers/processes.ts';

const machine: Machine = {
  now: new Date(2026, 0, 31, 12, 0, 0).getTime(),
  uptime: 1000,
  passwd: 'root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1000::/home/web:/bin/sh\n',
};

const files = ({
  state = 'S',
  terminal = 0,
  busy = 0,
  startedAt = 0,
  uid = 0,
  cmdline = 'sleep\x001000\0',
  name = 'sleep',
} = {}): ProcessFiles => ({
  stat: `42 (${name}) ${state} 7 42 42 ${terminal} -1 0 0 0 0 0 ${busy} 0 0 0 20 0 1 0 ${startedAt} 0 0`,
  status: `Name:\tsleep\nUid:\t5\t${uid}\t5\t5\n`,
  cmdline,
});

test('a process has the columns of `ps -ef`', (t) => {
  t.deepEqual(processRow(files({ startedAt: 70_000 }), machine), [
    'root',
    '42',
    '7',
    '0',
    '11:55',
    '?',
    '00:00:00',
    'sleep 1000',
  ]);
});

test('the user is the effective one, by its name if there is one', (t) => {
  t.is(processRow(files({ uid: 1000 }), machine)[0], 'web');
  t.is(processRow(files({ uid: 1001 }), machine)[0], '1001');
});

test('the CPU time is a clock, and its share of the age a percentage', (t) => {
  const [, , , share, , , time] = processRow(files({ busy: 25_000 }), machine);
  t.deepEqual([share, time], ['25', '00:04:10']);
  t.is(processRow(files({ busy: 9_000_000 }), machine)[6], '1-01:00:00');
  t.is(processRow(files({ busy: 9_000_000 }), machine)[3], '99');
});

test('an earlier start has its day, or its year', (t) => {
  const old = { ...machine, uptime: 5 * 86_400 };
  t.is(processRow(files(), old)[4], 'Jan26');
  t.is(processRow(files(), { ...machine, uptime: 100 * 86_400 })[4], '2025');
});

test('terminals have the names of their devices', (t) => {
  const names = [0x8800, 0x8903, 0x401, 0x440].map((terminal) => processRow(files({ terminal }), machine)[5]);
  t.deepEqual(names, ['pts/0', 'pts/259', 'tty1', 'ttyS0']);
});

test('a zombie has only its name, which may contain anything', (t) => {
  const zombie = files({ state: 'Z', name: 'a) S (b', cmdline: '' });
  t.is(processRow(zombie, machine)[7], '[a) S (b] <defunct>');
  t.is(processRow(files({ cmdline: 'a\nb\u001b[0m\0' }), machine)[7], 'a?b?[0m');
});
