import test from 'ava';
import { created } from '../../../src/base/status.ts';
import type { ContainerRecord, ProjectRecord } from '../../../src/engine/record/project-record.ts';
import { replacements, standing } from '../../../src/engine/record/replaced.ts';
import { service } from '../../plan/samples.ts';

const container = (id: string, name: string, replaces?: ContainerRecord['replaces']): ContainerRecord => ({
  id,
  name,
  service: 'web',
  number: 1,
  oneOff: false,
  configHash: '',
  definition: service('web'),
  created: 0,
  addresses: {},
  runner: 'direct',
  ...created(),
  ...(replaces ? { replaces } : {}),
});

const project = (...containers: readonly ContainerRecord[]): ProjectRecord => ({
  version: 1,
  name: 'app',
  workingDir: '/srv',
  files: [],
  networks: {},
  containers: Object.fromEntries(containers.map((each) => [each.name, each])),
});

const names = (record: ProjectRecord): readonly string[] => standing(record).map(({ name }) => name);

test('a successor waits under its temporary name until the names are switched', (t) => {
  const replaces = { id: 'old', name: 'app-web-1' };
  const waiting = project(container('old', 'app-web-1'), container('new', 'old_app-web-1', replaces));
  t.deepEqual(names(waiting), ['app-web-1']);
  t.like(replacements(waiting)[0], { isSwitched: false, successor: { id: 'new' }, replaced: { id: 'old' } });
  const switched = project(container('old', 'old_app-web-1'), container('new', 'app-web-1', replaces));
  t.deepEqual(names(switched), ['app-web-1']);
  t.like(replacements(switched)[0], { isSwitched: true, successor: { id: 'new' }, replaced: { id: 'old' } });
});

test('all containers stand where none replaces another, or where the other is gone', (t) => {
  t.deepEqual(names(project(container('a', 'app-web-1'), container('b', 'app-db-1'))), [
    'app-web-1',
    'app-db-1',
  ]);
  const alone = project(container('new', 'app-web-1', { id: 'old', name: 'app-web-1' }));
  t.deepEqual(names(alone), ['app-web-1']);
  t.deepEqual(replacements(alone), []);
});
