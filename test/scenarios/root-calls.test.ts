import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { RootKind } from '../../src/images/root/image-root.ts';
import { busyboxLayer, makeLayout } from '../images/make-layout.ts';
import { mounts } from '../images/root/made.ts';
import { file } from '../images/tar/archive.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';

const LARGE = 300_000;

/** The system calls of a command and its children. */
const callsOf = async (
  t: ExecutionContext,
  project: Project,
  calls: string,
  command: string,
  kind?: RootKind,
): Promise<string> => {
  const trace = project.path('trace');
  const strace = ['-f', '-qq', '-e', `trace=${calls}`, '-o', trace, ...project.words(command)];
  const { code, stderr } = await project.launch('strace', strace, {
    env: kind ? { TSCOMPOSE_ROOT_KIND: kind } : {},
  }).ended;
  t.is(code, 0, stderr);
  return readFileSync(trace, 'utf8');
};

const load = async (project: Project): Promise<void> => {
  const layout = join(project.directory, 'layout');
  const layers = [busyboxLayer(), [file('large', 'x'.repeat(LARGE)), file('small', 'x')]];
  makeLayout(layout, [{ name: 'app:1', layers, config: { Cmd: ['/bin/sleep', '9999'] } }]);
  await project.ok('load', layout);
  project.compose('services: {web: {image: app:1, stop_grace_period: 0s}}');
};

// Red without: `beginWriteback` in file-writer.ts.
needs('busybox', 'strace')(
  'the disk begins with the large files of a layer while the others are made',
  async (t, project) => {
    await load(project);
    const calls = await callsOf(t, project, 'sync_file_range,syncfs', 'create', 'directory');
    const [first, last] = [calls.indexOf('sync_file_range('), calls.lastIndexOf('syncfs(')];
    t.true(first >= 0 && first < last, calls);
    // busybox and the large file, and none of the small ones
    t.is(calls.match(/sync_file_range\(.* = 0$/gm)?.length, 2, calls);
  },
);

// Red without: the note of known-kind.ts, and `find` in probeKind.
needs('busybox', 'strace')(
  'the kinds of roots are tried until one works, and not again until the next boot',
  async (t, project) => {
    await load(project);
    const calls = 'mkdir,mkdirat,open,openat,fsopen,fsmount';
    const probes = (trace: string): number => trace.match(/\/probe-\w+"/g)?.length ?? 0;
    const first = await callsOf(t, project, calls, 'create');
    t.true(probes(first) > 0);
    if (!mounts('erofs')) return;
    t.false(first.includes('/dev/loop-control'), 'the first kind works: the second is not tried');
    await project.change('down');
    const second = await callsOf(t, project, calls, 'create');
    t.is(probes(second), 0, second);
    // A forced kind is tried each time.
    t.true(probes(await callsOf(t, project, calls, 'create', 'erofs')) > 0);
  },
);
