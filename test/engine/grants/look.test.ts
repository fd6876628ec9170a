import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { changedContents, digestOf, lookAtContents } from '../../../src/engine/grants/look.ts';
import { plainService } from '../../../src/project/model/plain-service.ts';
import type { Grant, GrantSource, Service } from '../../../src/project/model/project.ts';

const granted = (sources: Readonly<Record<string, GrantSource>>): Service => ({
  name: 'web',
  ...plainService,
  grants: Object.entries(sources).map(
    ([key, source]): Grant => ({
      from: `services.web.secrets[${key}]`,
      kind: 'secret',
      key,
      target: `/run/secrets/${key}`,
      uid: 0,
      gid: 0,
      mode: 0o444,
      source,
    }),
  ),
});

const variable: GrantSource = { kind: 'environment', variable: 'TOKEN' };

test('contents are read from files and among those that a call has brought; every one that is missing is told once', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'grants-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'file'), 'in a file');
  const file = (name: string): GrantSource => ({ kind: 'file', path: join(directory, name) });
  // Red without: the page for files of /proc in grant-file.ts, whose size is 0.
  const kernel: GrantSource = { kind: 'file', path: '/proc/sys/kernel/ostype' };
  const service = granted({ a: file('file'), b: file('none'), c: variable, d: variable, e: kernel });
  const { digests, problems } = lookAtContents([service, service], { 'secrets.c': '', 'secrets.x': 'x' });
  t.deepEqual(
    [...digests],
    [
      ['secrets.a', digestOf(Buffer.from('in a file'))],
      ['secrets.c', digestOf(Buffer.from(''))],
      ['secrets.e', digestOf(Buffer.from('Linux\n'))],
    ],
  );
  t.deepEqual(
    problems.map(({ code, from }) => [code, from]),
    [
      ['no-file', 'secrets.b.file'],
      ['unset-variable', 'services.web.secrets[d]'],
    ],
  );
});

test('a content has changed if it differs from that of the last start; without one, nothing has', (t) => {
  const look = lookAtContents([granted({ a: variable, b: variable })], {
    'secrets.a': '1',
    'secrets.b': '2',
  });
  const started = { 'secrets.a': digestOf(Buffer.from('1')), 'secrets.b': digestOf(Buffer.from('3')) };
  t.deepEqual(changedContents(look, { contents: {}, started }), ['secrets.b']);
  t.deepEqual(changedContents(look, { contents: {}, started: { ...started, 'secrets.gone': 'x' } }), [
    'secrets.b',
  ]);
  t.deepEqual(changedContents(look, { contents: {} }), []);
  t.deepEqual(changedContents(look, undefined), []);
});
