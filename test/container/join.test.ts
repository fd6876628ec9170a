import test from 'ava';
import { compileJoin, type JoinStdio } from '../../src/container/join.ts';
import { stepsOf } from '../../src/kernel/program/program.ts';
import { stepText } from '../../src/kernel/program/text.ts';
import { container, host, V2 } from './samples.ts';

const { config, filter } = container();
const { process } = config;
const doors = V2.hierarchies.map((hierarchy) => ({ hierarchy, directory: '/cgroups/web-1' }));
const stepsWith = (stdio: JoinStdio, open?: string): readonly string[] =>
  stepsOf(compileJoin('web-1', process, filter, host(), doors, stdio, open)).map(stepText);
const steps = stepsWith('given');

const at = (text: string): number => {
  const index = steps.findIndex((step) => step.includes(text));
  if (index < 0) throw new Error(`no step has ${text}`);
  return index;
};

// proc_pid_oom_score_adj(5): what a process with CAP_SYS_RESOURCE writes is the least that one without it may write.
test('a further process stops being the kernel’s first victim while it may still say so', (t) => {
  const [raised, room, lowered] = [
    at('write(499, "1000")'),
    at('mmap('),
    at(`write(499, "${process.oomScoreAdj}")`),
  ];
  t.true(raised < room && room < lowered);
  t.true(lowered < at('capset'));
  t.true(lowered < at('setresuid'));
});

test('a further process without streams takes a null device of its own before it enters the container', (t) => {
  const without = stepsWith('null');
  const own = without.indexOf('dup3(497, 0, 0)');
  t.true(own >= 0 && own < without.findIndex((text) => text.startsWith('setns(')));
  t.false(steps.some((text) => text.includes('"null"')));
});

test('a privileged process joins a cgroup with all devices, in place of the one with the rules', (t) => {
  const open = stepsWith('given', '/cgroups/web-1/privileged');
  t.true(
    open.some((text) => text.startsWith('bpf(BPF_PROG_LOAD, {BPF_PROG_TYPE_CGROUP_DEVICE, "allow all"}')),
  );
  const attached = open.findIndex((text) => text.startsWith('bpf(BPF_PROG_ATTACH'));
  t.true(attached < open.findIndex((text) => text.includes('"/cgroups/web-1/privileged/cgroup.procs"')));
  t.false(open.some((text) => text.includes('"/cgroups/web-1/cgroup.procs"')));
  t.false(steps.some((text) => text.startsWith('bpf(')));
});
