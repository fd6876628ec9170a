import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { created } from '../../../src/base/status.ts';
import { STARTING } from '../../../src/engine/health/judge.ts';
import { commit } from '../../../src/engine/record/commit.ts';
import type { ProjectRecord } from '../../../src/engine/record/project-record.ts';
import { glance, readRecord, recordedDirectory } from '../../../src/engine/record/read.ts';
import { openWriter } from '../../../src/engine/record/write.ts';
import { service } from '../../container/samples.ts';

function files(t: ExecutionContext) {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-record-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  return {
    directory,
    record: join(directory, 'project.json'),
    previousRecord: join(directory, 'project.json.1'),
  };
}

const sample = (changes: Partial<ProjectRecord> = {}): ProjectRecord => ({
  version: 1,
  name: 'app',
  workingDir: '/srv/app',
  files: ['/srv/app/compose.yaml'],
  networks: {
    default: { key: 'default', name: 'app_default', hash: 'h', subnet: '', gateway: '', bridge: 'tsc0' },
  },
  containers: {
    'app-web-1': {
      id: 'f'.repeat(64),
      name: 'app-web-1',
      service: 'web',
      number: 1,
      oneOff: false,
      configHash: 'c',
      definition: service({ networks: { default: { aliases: [] } } }),
      created: 1,
      addresses: { default: '172.20.0.2' },
      runner: 'direct',
      ...created(),
    },
  },
  ...changes,
});

const fresh = { isOnDisk: false, isSuspended: false };

test('what was written is read', (t) => {
  const paths = files(t);
  openWriter(paths, sample(), fresh).save();
  t.deepEqual(readRecord(paths), { found: 'record', record: sample() });
  t.deepEqual(glance(paths.record), sample());
  t.is(statSync(paths.record).mode & 0o777, 0o600);
});

// Red without: text by the object in engine/record/text.ts, for example by its name.
test('a container that has changed is written as it is now, and every other one as before', (t) => {
  const paths = files(t);
  const { containers } = sample();
  const web = containers['app-web-1']!;
  const record = sample({
    containers: { ...containers, 'app-db-1': { ...web, name: 'app-db-1', health: STARTING } },
  });
  const { save } = openWriter(paths, record, fresh);
  save();
  const definition = { ...web.definition, workingDir: '/srv "and" more' };
  for (const change of [{ exitCode: 3 }, { definition }, { addresses6: { default: 'fd00::5' } }]) {
    record.containers['app-web-1'] = { ...record.containers['app-web-1']!, ...change };
    save();
    t.deepEqual(readRecord(paths), { found: 'record', record });
    t.is(readFileSync(paths.record, 'utf8').at(-1), '\n');
  }
  record.containers = {};
  save();
  t.deepEqual(readRecord(paths), { found: 'record', record });
});

// Red without: `kept` in engine/record/text.ts.
test('a container that has not changed is not made into text again', (t) => {
  const record = sample();
  const web = record.containers['app-web-1']!;
  let made = 0;
  const definition = { ...web.definition, toJSON: () => ++made };
  record.containers = { a: { ...web, definition } };
  const { save } = openWriter(files(t), record, fresh);
  save();
  record.containers = { ...record.containers, b: web };
  save();
  record.containers.a = { ...record.containers.a!, exitCode: 1 };
  save();
  t.is(made, 1);
});

test('the directory of a project is known from its record alone, and from nothing else', (t) => {
  const { record } = files(t);
  t.is(recordedDirectory(record), undefined);
  for (const text of ['', 'null', '[]', '{"workingDir":', '{"workingDir":1}', 'no JSON']) {
    writeFileSync(record, text);
    t.is(recordedDirectory(record), undefined, text);
  }
  writeFileSync(record, JSON.stringify(sample({ workingDir: '/srv/Äpfel' })));
  t.is(recordedDirectory(record), '/srv/Äpfel');
});

test('where there is no file there is no record', (t) => {
  t.deepEqual(readRecord(files(t)), { found: 'nothing' });
});

const change = (path: readonly (string | number)[], value: unknown): string => {
  const record = structuredClone(sample()) as unknown as Record<string, unknown>;
  let at = record as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  at[path.at(-1)!] = value;
  return JSON.stringify(record);
};

const web = ['containers', 'app-web-1'] as const;
for (const [what, text, reason] of [
  ['empty', '', 'is empty'],
  ['cut off', JSON.stringify(sample()).slice(0, 200), 'is no JSON'],
  ['zeros', '\0'.repeat(64), 'is no JSON'],
  ['a list', '[]', 'is no record: is no object'],
  ['null', 'null', 'is no record: is no object'],
  ['a text', '"app"', 'is no record: is no object'],
  ['an object without anything', '{}', 'is no record: .version is none of 1'],
  ['of version 99', change(['version'], 99), 'is of version 99, and this tscompose reads version 1'],
  ['of no version', change(['version'], undefined), 'is no record: .version is none of 1'],
  ['without containers', change(['containers'], undefined), 'is no record: .containers is no object'],
  ['with a list of containers', change(['containers'], []), 'is no record: .containers is no object'],
  ['with a container that is a text', change(web, 'web'), 'is no record: .containers.app-web-1 is no object'],
  [
    'with a state that there is not',
    change([...web, 'state'], 'dancing'),
    'is no record: .containers.app-web-1.state is none of created, running, paused, restarting, exited',
  ],
  [
    'with a stop signal that is a number',
    change([...web, 'definition', 'stopSignal'], 15),
    'is no record: .containers.app-web-1.definition.stopSignal is no text',
  ],
  [
    'with a dependency that is null',
    change([...web, 'definition', 'dependsOn'], { db: null }),
    'is no record: .containers.app-web-1.definition.dependsOn.db is no object',
  ],
  [
    'with a network without a bridge',
    change(['networks', 'default', 'bridge'], null),
    'is no record: .networks.default.bridge is no text',
  ],
  ['with a file that is a number', change(['files'], [1]), 'is no record: .files.0 is no text'],
] as const) {
  test(`a record that is ${what} is damage`, (t) => {
    const paths = files(t);
    writeFileSync(paths.record, text);
    t.deepEqual(readRecord(paths), { found: 'damage', reason });
    t.is(glance(paths.record), undefined);
  });

  test(`beside a record that is ${what}, the previous one is ${what.includes('99') ? 'left alone' : 'used'}`, (t) => {
    const paths = files(t);
    writeFileSync(paths.record, text);
    writeFileSync(paths.previousRecord, JSON.stringify(sample()));
    t.deepEqual(
      readRecord(paths),
      what.includes('99') ? { found: 'damage', reason } : { found: 'previous', record: sample(), reason },
    );
  });
}

test('a record that is missing beside the previous one is damage too', (t) => {
  const paths = files(t);
  writeFileSync(paths.previousRecord, '');
  t.deepEqual(readRecord(paths), { found: 'damage', reason: 'is missing' });
});

test('a directory in place of the record is damage, and not a crash', (t) => {
  const paths = files(t);
  mkdirSync(paths.record);
  t.deepEqual(readRecord(paths), { found: 'damage', reason: 'cannot be read: EISDIR' });
});

test('the previous copy is always one that was on disk', async (t) => {
  const paths = files(t);
  const record = sample();
  const writer = openWriter(paths, record, fresh);
  const previous = (): unknown => JSON.parse(readFileSync(paths.previousRecord, 'utf8')).workingDir;

  await commit({ record, ...writer }, { workingDir: '/one' });
  t.false(existsSync(paths.previousRecord), 'there was none before');
  await commit({ record, ...writer }, { workingDir: '/two' });
  t.is(previous(), '/one');
  Object.assign(record, { workingDir: '/three' });
  writer.save();
  t.is(previous(), '/two');
  Object.assign(record, { workingDir: '/four' });
  writer.save();
  t.is(previous(), '/two', 'the third was not on disk');
  t.is(glance(paths.record)?.workingDir, '/four');
  t.deepEqual(readdirSync(paths.directory).toSorted(), ['project.json', 'project.json.1']);
});

test('a write that was overtaken by another one is not taken for one that is on disk', async (t) => {
  const paths = files(t);
  const record = sample();
  const writer = openWriter(paths, record, fresh);
  const onDisk = commit({ record, ...writer }, { workingDir: '/one' });
  Object.assign(record, { workingDir: '/two' });
  writer.save();
  await onDisk;
  writer.save();
  t.false(existsSync(paths.previousRecord));
});

test('what is about to be written is written at once, and only once', (t) => {
  const paths = files(t);
  const record = sample();
  const writer = openWriter(paths, record, fresh);
  writer.saveDue();
  // Red without: `pending` in saveDue.
  t.false(existsSync(paths.record), 'nothing was to be written');
  writer.saveSoon();
  Object.assign(record, { workingDir: '/one' });
  writer.saveDue();
  t.is(glance(paths.record)?.workingDir, '/one');
  const { ino } = statSync(paths.record);
  writer.saveDue();
  t.is(statSync(paths.record).ino, ino);
});

// Red without: the comparison with `written` in `save` of write.ts, or without the identity of the file in it.
test('a record that the file has is not written again, and one is that somebody has removed or changed', async (t) => {
  const paths = files(t);
  const { saveDurably } = openWriter(paths, sample(), fresh);
  await saveDurably();
  const { ino } = statSync(paths.record);
  await saveDurably();
  t.is(statSync(paths.record).ino, ino);
  t.false(existsSync(paths.previousRecord));
  rmSync(paths.record);
  await saveDurably();
  t.deepEqual(glance(paths.record), sample());
  writeFileSync(paths.record, '');
  await saveDurably();
  t.deepEqual(glance(paths.record), sample());
});

// Red without: SHARE.
test('a record whose write takes long is not written at every moment', async (t) => {
  const paths = files(t);
  const record = sample();
  const writer = openWriter(paths, record, fresh);
  let changes = 0;
  const change = () => Object.assign(record, { workingDir: String(changes++).repeat(1 << 23) });
  t.teardown(writer.abandon);
  const took = [1, 2, 3].map(() => {
    change();
    const begin = performance.now();
    writer.save();
    return performance.now() - begin;
  });
  const times: number[] = [];
  const events = watch(paths.directory);
  t.teardown(() => events.close());
  const second = new Promise<void>((resolve) => {
    events.on('change', (_, name) => {
      if (name !== 'project.json') return;
      times.push(performance.now());
      if (times.length === 2) return resolve();
      change();
      writer.saveSoon();
    });
  });
  change();
  writer.saveSoon();
  await second;
  t.true(times[1]! - times[0]! > 6 * Math.min(...took), `${times} ${took}`);
});

test('a damaged record is not written over before it was put aside', (t) => {
  const paths = files(t);
  writeFileSync(paths.record, 'damaged');
  const writer = openWriter(paths, sample(), { isOnDisk: false, isSuspended: true });
  writer.save();
  writer.saveFinally();
  t.is(readFileSync(paths.record, 'utf8'), 'damaged');
  writer.resume();
  writer.save();
  t.deepEqual(glance(paths.record), sample());
});

test('a record that cannot be written stays as it was, in memory and on disk', (t) => {
  const paths = files(t);
  const record = sample();
  openWriter(paths, record, fresh).save();
  const writer = openWriter({ ...paths, record: join(paths.record, 'x') }, record, fresh);
  t.throws(() => commit({ record, ...writer }, { workingDir: '/elsewhere', containers: {} }));
  t.deepEqual(record, sample());
  t.deepEqual(readRecord(paths), { found: 'record', record: sample() });
});
