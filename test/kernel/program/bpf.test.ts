import { closeSync, fstatSync } from 'node:fs';
import test from 'ava';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { SharedDescriptors } from '../../../src/kernel/launch/shared.ts';
import { verifierLog } from '../../../src/kernel/launch/verifier-log.ts';
import { errnoNumber } from '../../../src/kernel/program/errno.ts';
import { call, onHost } from '../../../src/kernel/program/program.ts';

const EXIT = [0x95, 0, 0, 0, 0, 0, 0, 0];
const SET_RESULT = [0xb7, 0, 0, 0, 1, 0, 0, 0];

const load = (bytes: readonly number[], text: string) =>
  onHost(
    'a program',
    call('bpf', 'BPF_PROG_LOAD', {
      type: 'BPF_PROG_TYPE_CGROUP_DEVICE',
      program: { text, bytes: Uint8Array.from(bytes) },
    }),
  );

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;

asRoot('the verifier says why it refuses a program [kernel]', (t) => {
  const step = load(EXIT, 'no result');
  if (step.call === 'spawn') throw new TypeError('a call');
  t.is(execute(step), -errnoNumber('EACCES'));
  t.regex(verifierLog(step), /R0 !read_ok/);
});

asRoot('a program that the verifier accepts is a descriptor; another step has no messages of it', (t) => {
  const step = load([...SET_RESULT, ...EXIT], 'allow all');
  if (step.call === 'spawn') throw new TypeError('a call');
  const fd = execute(step);
  t.true(fd >= 0);
  closeSync(fd);
  t.is(verifierLog(onHost('another call', call('getpid'))), '');
});

const eventfd = (number: number) => call('eventfd2', number, 'EFD_CLOEXEC');

test('a shared descriptor is made once for each call', (t) => {
  const shared = new SharedDescriptors();
  const take = (number: number) => shared.take(eventfd(number), () => execute(eventfd(number)));
  const [first, second] = [take(1), take(2)];
  t.not(first, second);
  t.is(take(1), first);
  shared.close();
  t.throws(() => fstatSync(first), { code: 'EBADF' });
  t.throws(() => fstatSync(second), { code: 'EBADF' });
});

test('the shared descriptors that were not used for the longest time are closed', (t) => {
  const shared = new SharedDescriptors();
  const take = (number: number) => shared.take(eventfd(number), () => execute(eventfd(number)));
  const [first, second] = [take(0), take(1)];
  for (let number = 2; number < 8; number++) take(number);
  take(0);
  take(8);
  t.notThrows(() => fstatSync(first));
  t.throws(() => fstatSync(second), { code: 'EBADF' });
  shared.close();
});

test('a call that fails is made again the next time', (t) => {
  const shared = new SharedDescriptors();
  t.is(
    shared.take(eventfd(1), () => -1),
    -1,
  );
  t.true(shared.take(eventfd(1), () => execute(eventfd(1))) >= 0);
  shared.close();
});
