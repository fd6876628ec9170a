import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { hostFacts } from '../../../src/engine/facts/gather-facts.ts';
import { hierarchyWith } from '../../../src/kernel/cgroup.ts';
import { execute } from '../../../src/kernel/launch/execute.ts';
import { call } from '../../../src/kernel/program/program.ts';

const memory = () => hierarchyWith(hostFacts({ soft: 1024, hard: 1024 }).cgroups, 'memory');

test.serial('a signal that arrives during a call does not fail it', async (t) => {
  const tree = process.geteuid?.() === 0 ? memory() : undefined;
  if (!tree || tree.readOnly) {
    t.log('skipped: needs root and a memory controller');
    return process.env.CI === 'true' ? t.fail() : t.pass();
  }
  const group = `${tree.mountPoint}/tscompose-test-${process.pid}`;
  mkdirSync(group);
  const ignore = (): void => {};
  process.on('SIGUSR2', ignore);
  // It stops by itself: a test that dies must not be signalled for ever.
  const storm = spawn('sh', [
    '-c',
    `i=0; while [ $i -lt 100000 ] && kill -USR2 ${process.pid}; do i=$((i+1)); done`,
  ]);
  const ended = once(storm, 'exit');
  const file = openSync(`${group}/${tree.version === 2 ? 'memory.max' : 'memory.limit_in_bytes'}`, 'w');
  try {
    const results = new Set<number>();
    const until = Date.now() + 1000;
    while (Date.now() < until) {
      results.add(execute(call('write', file, '67108864')));
      // libuv drops signals, that of the child's end among them, when too many wait to be delivered.
      await setImmediate();
    }
    t.deepEqual([...results], [8]);
  } finally {
    storm.kill('SIGKILL');
    await ended;
    closeSync(file);
    rmdirSync(group);
    process.off('SIGUSR2', ignore);
  }
});
