import test from 'ava';
import { linesOf } from '../../../src/cli/actions/ls.ts';
import type { LsOptions } from '../../../src/cli/commands/ls.ts';
import { projectFilter } from '../../../src/cli/grammar/values.ts';
import type { ListedProject } from '../../../src/engine/doors/list-projects.ts';

const projects: readonly ListedProject[] = [
  { name: 'app', states: ['running', 'exited', 'running'], files: ['/srv/a.yaml', '/srv/b.yaml'] },
  { name: 'idle', states: ['exited'], files: ['/srv/idle/compose.yaml'] },
  { name: 'mixed', states: ['paused', 'running', 'created'], files: [] },
];

const lines = (options: Partial<LsOptions> = {}): readonly string[] =>
  linesOf(projects, { all: undefined, filter: [], format: 'table', quiet: undefined, ...options });

test('ls counts what runs, with -a also the rest, in the columns of Docker Compose', (t) => {
  t.deepEqual(lines(), [
    'NAME                STATUS                  CONFIG FILES',
    'app                 running(2)              /srv/a.yaml,/srv/b.yaml',
    'mixed               paused(1), running(1)   N/A',
  ]);
  t.deepEqual(
    lines({ all: true }).map((line) => line.split(/ {3,}/)[1]),
    ['STATUS', 'exited(1), running(2)', 'exited(1)', 'created(1), paused(1), running(1)'],
  );
});

test('ls --format json is one array with the keys of Docker Compose', (t) => {
  t.deepEqual(lines({ format: 'json', filter: [/idle/] }), ['[]']);
  t.deepEqual(lines({ format: 'json', all: true, filter: [/idle/] }), [
    '[{"Name":"idle","Status":"exited(1)","ConfigFiles":"/srv/idle/compose.yaml"}]',
  ]);
});

test('ls --filter takes regular expressions, and of several one is enough', (t) => {
  t.deepEqual(lines({ quiet: true, filter: [projectFilter('name=^a')] }), ['app']);
  t.deepEqual(lines({ quiet: true, filter: [projectFilter('name=pp'), projectFilter('NAME = mix')] }), [
    'app',
    'mixed',
  ]);
  for (const wrong of ['app', 'status=running', 'name=('])
    t.throws(() => projectFilter(wrong), { instanceOf: TypeError });
});
