import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isAlive, lifeOf, readLife, writeLife } from '../../../src/engine/record/life.ts';

function lifeFile(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-life-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  return join(directory, 'life.json');
}

test('a life file tells of the process that it was written for', (t) => {
  const file = lifeFile(t);
  const life = lifeOf(process.pid)!;
  writeLife(file, life);
  t.deepEqual(readLife(file), life);
  t.true(isAlive(life));
  t.false(
    isAlive({ ...life, startTime: `${Number(life.startTime) + 1}` }),
    'a later process with the same PID',
  );
});

test('a process that is not there has no life', (t) => {
  t.is(lifeOf(2 ** 22 + 1), undefined);
});

const life = { pid: 4711, startTime: '123', startedAt: 1 };
for (const [what, text] of [
  ['nothing', ''],
  ['a half', '{"pid":47'],
  ['no JSON', '\0\0\0\0'],
  ['a string', '"4711"'],
  ['a number', '4711'],
  ['a list', '[]'],
  ['null', 'null'],
  ['init', JSON.stringify({ ...life, pid: 1 })],
  ['a process group', JSON.stringify({ ...life, pid: -4711 })],
  ['every process', JSON.stringify({ ...life, pid: -1 })],
  ['its own process group', JSON.stringify({ ...life, pid: 0 })],
  ['a PID that is a string', JSON.stringify({ ...life, pid: '4711' })],
  ['a PID that is not whole', JSON.stringify({ ...life, pid: 4711.5 })],
  ['no start time', JSON.stringify({ pid: 4711, startedAt: 1 })],
  ['a start time that is no number', JSON.stringify({ ...life, startTime: '12 3' })],
  ['no time', JSON.stringify({ pid: 4711, startTime: '123' })],
] as const)
  test(`a life file with ${what} tells of no process`, (t) => {
    const file = lifeFile(t);
    writeFileSync(file, text);
    t.is(readLife(file), undefined);
  });

test('a life file that is not there tells of no process', (t) => {
  t.is(readLife(lifeFile(t)), undefined);
});
