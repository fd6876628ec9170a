import { readFileSync } from 'node:fs';
import test from 'ava';
import { isolationJson } from '../../../src/cli/show/isolation-json.ts';
import type { PlacedOpening } from '../../../src/engine/doors/isolation.ts';
import { isolation, mount, processFacts } from '../../engine/isolation/samples.ts';

const page = readFileSync(new URL('../../../schema/isolation.md', import.meta.url), 'utf8');

const opening: PlacedOpening = {
  rule: 'no-filter',
  facet: 'seccomp',
  subject: 'seccomp',
  text: 'no seccomp filter',
  process: { pid: 42, command: 'sh' },
  by: 'key',
  key: 'services.web.privileged',
  at: { file: '/srv/compose.yaml', start: 0, end: 1, line: 1, column: 1 },
};

/** A document in which every key occurs. */
const document = isolationJson({
  containers: [
    {
      service: 'web',
      container: 'app-web-1',
      pid: 1,
      facts: isolation({
        exceptions: [{ ...processFacts(), pid: 42, command: 'sh' }],
        devices: { access: 'some', beyond: [{ type: 'c', major: 1, minor: 1, name: 'mem', access: 'r' }] },
        hostMounts: [mount('/data')],
      }),
      open: [opening],
      differences: [{ facet: 'mounts', since: 'file' }],
    },
  ],
  sharedMounts: [{ source: '/srv', in: [{ container: 'app-web-1', target: '/data', isWritable: true }] }],
});

const keysOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, below]) => [key, ...keysOf(below)]);
};

test('schema/isolation.md names every key of the JSON', (t) => {
  const missing = [...new Set(keysOf(document))].filter(
    (key) => !new RegExp(`\`(containers\\[\\]\\.)?${key}\``).test(page),
  );
  t.deepEqual(missing, []);
});
