import test from 'ava';
import { compileJoin } from '../../src/container/join.ts';
import { stepsOf } from '../../src/kernel/program.ts';
import { stepText } from '../../src/kernel/text.ts';
import { container, host } from './samples.ts';

const { process } = container().config;
const steps = stepsOf(
  compileJoin('web-1', process, host(), {
    path: 'tscompose/app/web-1',
    controllers: ['memory'],
  }),
).map(stepText);

const at = (text: string): number => {
  const index = steps.findIndex((step) => step.includes(text));
  if (index < 0) throw new Error(`no step has ${text}`);
  return index;
};

// proc_pid_oom_score_adj(5): what a process with CAP_SYS_RESOURCE writes is the least that one without it may write.
test('a further process stops being the kernel’s first victim while it may still say so', (t) => {
  const [raised, room, lowered] = [
    at('write(99, "1000")'),
    at('mmap('),
    at(`write(99, "${process.oomScoreAdj}")`),
  ];
  t.true(raised < room && room < lowered);
  t.true(lowered < at('capset'));
  t.true(lowered < at('setresuid'));
});
