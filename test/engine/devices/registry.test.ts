import test from 'ava';
import { cdiDirectories, readRegistry } from '../../../src/engine/devices/cdi/registry.ts';
import { loadYaml } from '../../../src/engine/devices/cdi/yaml.ts';
import { service } from '../../container/samples.ts';
import { directoriesWith, specification } from './specifications.ts';

test.before(() =>
  loadYaml([service({ devices: [{ source: 'a.com/b=c', target: 'a.com/b=c', permissions: 'rwm' }] })]),
);

const YAML = `cdiVersion: 0.6.0
kind: vendor.com/net
devices:
  - name: "0:1"
    containerEdits: { env: [FOUND=yes], mounts: }
`;

test('specifications are in JSON and in YAML; other files, and directories below, are not read', (t) => {
  const found = readRegistry(
    directoriesWith(t, {
      'etc/a.json': specification('vendor.com/gpu', { all: {}, x_1: {} }),
      'etc/b.yaml': YAML,
      'etc/c.txt': 'none',
      'etc/below/d.json': specification('vendor.com/gpu', { below: {} }),
    }),
  );
  t.deepEqual([...found.devices.keys()], ['vendor.com/gpu=all', 'vendor.com/gpu=x_1', 'vendor.com/net=0:1']);
  t.deepEqual(found.faults, []);
});

// Red without: the Map of each directory in readRegistry.
test('a later directory takes precedence; two files of one directory are a conflict', (t) => {
  const { devices } = readRegistry(
    directoriesWith(t, {
      'etc/a.json': specification('vendor.com/gpu', { one: {}, two: {} }),
      'run/b.json': specification('vendor.com/gpu', { one: {} }),
      'run/c.json': specification('vendor.com/gpu', { three: {} }),
      'run/d.json': specification('vendor.com/gpu', { three: {} }),
    }),
  );
  const files = [...devices].map(([name, all]) => [name, ...all.map(({ path }) => path.split('/').at(-1))]);
  t.deepEqual(files, [
    ['vendor.com/gpu=one', 'b.json'],
    ['vendor.com/gpu=two', 'a.json'],
    ['vendor.com/gpu=three', 'c.json', 'd.json'],
  ]);
});

const faulty: readonly (readonly [what: string, text: string, fault: RegExp])[] = [
  ['no JSON', '{', /JSON/],
  ['another version', specification('a.com/b', {}).replace('1.0.0', '7.0.0'), /cdiVersion is no version/],
  ['no kind', specification('gpu', {}), /\.kind is no kind/],
  ['a name with a slash', specification('a.com/b', { 'x/y': {} }), /devices\.0\.name is no name/],
  [
    'a name twice',
    '{"cdiVersion":"1.0.0","kind":"a.com/b","devices":[{"name":"x"},{"name":"x"}]}',
    /`x` twice/,
  ],
  [
    'a relative node',
    specification('a.com/b', { x: { deviceNodes: [{ path: 'dev/x' }] } }),
    /path is no absolute/,
  ],
  [
    'a hook of no time',
    specification('a.com/b', { x: { hooks: [hook(0)] } }),
    /timeout is no number of seconds/,
  ],
  ['a variable without a name', specification('a.com/b', {}, { env: ['=x'] }), /env\.0 is no variable/],
];

function hook(timeout: number): object {
  return { hookName: 'createContainer', path: '/bin/true', timeout };
}

for (const [what, text, fault] of faulty)
  test(`a file with ${what} is a fault, and the others count`, (t) => {
    const found = readRegistry(
      directoriesWith(t, { 'etc/a.json': text, 'etc/b.json': specification('a.com/c', { y: {} }) }),
    );
    t.deepEqual([...found.devices.keys()], ['a.com/c=y']);
    t.is(found.faults.length, 1);
    t.regex(found.faults[0]!, fault);
    t.regex(found.faults[0]!, /\/etc\/a\.json: /);
  });

test('the directories are those of the specification unless the environment names others', (t) => {
  t.deepEqual(cdiDirectories({}), ['/etc/cdi', '/var/run/cdi']);
  t.deepEqual(cdiDirectories({ TSCOMPOSE_CDI_DIRS: '/a:/b' }), ['/a', '/b']);
});
