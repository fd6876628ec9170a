import test from 'ava';
import type { InnerProcess } from '../../../src/engine/exec/exec.ts';
import { ExecRegistry } from '../../../src/engine/exec/exec-registry.ts';
import type { ContainerRecord } from '../../../src/engine/record/project-record.ts';

const container = { id: 'c'.repeat(64) } as ContainerRecord;

const request = { Cmd: ['true'] };

/** A process that ends when it is told to. */
const process = () => {
  let end: (exitCode: number) => void = () => {};
  const exited = new Promise<number>((resolve) => {
    end = resolve;
  });
  const inner: InnerProcess = {
    pid: 7,
    signal: () => true,
    resize: () => {},
    connect: async () => {},
    finish: () => {},
    exited,
  };
  return { start: async () => inner, end };
};

test('the oldest that do not run are forgotten, those that run never', async (t) => {
  const execs = new ExecRegistry();
  const running = execs.add(container, request);
  const { start, end } = process();
  await running.start(start, async () => {});
  const ids = Array.from({ length: 300 }, () => execs.add(container, request).id);
  t.is(execs.find(running.id), running);
  t.is(execs.find(ids.at(-256) as string).id, ids.at(-256) as string);
  t.throws(() => execs.find(ids.at(-257) as string), { message: /no such exec/ });
  end(3);
  t.is(await running.ended, 3);
  t.like(execs.find(running.id).inspect(), { Running: false, ExitCode: 3 });
  execs.add(container, request);
  t.is(execs.find(running.id), running, 'it has ended last');
  for (const _ of ids.slice(-256)) execs.add(container, request);
  t.throws(() => execs.find(running.id), { message: /no such exec/ });
});

test('what fails to start has ended', async (t) => {
  const exec = new ExecRegistry().add(container, request);
  await t.throwsAsync(
    exec.start(
      () => Promise.reject(new Error('no')),
      async () => {},
    ),
  );
  t.is(await exec.ended, 126);
  t.false(exec.isRunning);
  t.false(exec.signal(9));
});
