import { closeSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { pipe } from '../../../src/kernel/ffi/descriptors.ts';
import { Readiness } from '../../../src/kernel/ffi/readiness.ts';

/** Resolves when the callback it gives out has been called. */
const signal = () => {
  let call: () => void = () => {};
  const called = new Promise<void>((resolve) => {
    call = resolve;
  });
  return { call: () => call(), called };
};

test('a pipe is readable when something was written to it', async (t) => {
  const readiness = new Readiness();
  const [reader, writer] = pipe();
  const { call, called } = signal();
  readiness.watch(reader, call);
  writeSync(writer, 'x');
  await called;
  readiness.close();
  closeSync(reader);
  closeSync(writer);
  t.pass();
});

test('a hangup is the end of the last writer, not something written', async (t) => {
  const readiness = new Readiness();
  const [reader, writer] = pipe();
  let hungUp = false;
  const { call, called } = signal();
  readiness.watchHangup(reader, () => {
    hungUp = true;
    readiness.forget(reader);
    call();
  });
  writeSync(writer, 'x');
  await setTimeout(50);
  t.false(hungUp);
  closeSync(writer);
  await called;
  closeSync(reader);
});

// Nobody else may open or close a descriptor meanwhile.
test.serial('events of a descriptor are not reported for its successor', async (t) => {
  const readiness = new Readiness();
  for (let round = 0; round < 200; round++) {
    const [reader, writer] = pipe();
    readiness.watch(reader, () => {});
    writeSync(writer, 'x');
    // The thread has seen it by now, or is about to; this thread has not been told.
    const until = performance.now() + 0.2;
    while (performance.now() < until);
    readiness.forget(reader);
    closeSync(reader);
    closeSync(writer);
    const [next, other] = pipe();
    t.is(next, reader);
    readiness.watch(next, () => t.fail('nothing was written to this one'));
    await setTimeout(1);
    readiness.forget(next);
    closeSync(next);
    closeSync(other);
  }
});
