import test from 'ava';
import type { LoadOptions } from '../../../src/project/load.ts';
import { loadText } from '../support.ts';

const errorsOf = (text: string, options: Partial<LoadOptions>): readonly string[] =>
  loadText(text, options).diagnostics.flatMap(({ severity, code }) => (severity === 'error' ? [code] : []));

/** Services that cannot run, by the code of the error; `good` can, and is named as they are only in one case. */
const unable: Readonly<Record<string, string>> = {
  'no-rootfs': 'bad: {build: ., command: x}',
  'no-command': 'bad: {}',
  'unsupported-key': 'bad: {command: x, volumes: [{type: npipe, source: data, target: /data}]}',
  'no-file': 'bad: {command: x, env_file: /no/such/file}',
  'duplicate-name': 'bad: {command: x, container_name: one}',
  'duplicate-port': 'bad: {command: x, ports: ["80:81"]}',
  'rootfs-missing': 'bad: {command: x, rootfs: /no/such/root}',
  'bind-source-missing':
    'bad: {command: x, volumes: [{type: bind, source: /no/such, target: /d, bind: {create_host_path: false}}]}',
};

for (const [code, bad] of Object.entries(unable)) {
  const text = `services:
  good: {command: x, container_name: one, ports: ["80:80"]}
  user: {command: x, depends_on: [bad]}
  ${bad}
volumes: {data: }
`;
  test(`a service that nobody asked for does not matter: ${code}`, (t) => {
    const project = loadText(text, { checkFiles: true, services: ['good'] }).project!;
    t.truthy(project.services.good);
    t.true('bad' in project.services || project.inactive.includes('bad'), 'its containers are no orphans');
    t.deepEqual(errorsOf(text, { checkFiles: true, services: ['user'], noDeps: true }), []);
  });

  test(`a service that is asked for does, also as a dependency: ${code}`, (t) => {
    const isAlone = !code.startsWith('duplicate');
    const named = isAlone ? [['bad'], ['user'], []] : [['good', 'bad'], ['good', 'user'], []];
    for (const services of named)
      t.deepEqual(errorsOf(text, { checkFiles: true, services }), [code], services.join());
  });
}

test('a service that could not run is not made anew by the way, and one that could takes part', (t) => {
  // Red without: the test of `elsewhere`, or of isFit, in load.ts.
  for (const bad of ['{build: ., command: x}', '{command: x, env_file: /no/such/file}']) {
    const text = `services: {good: {command: x}, other: {command: x}, bad: ${bad}}`;
    const project = loadText(text, { services: ['good'] }).project!;
    t.deepEqual(Object.keys(project.services), ['good', 'other']);
    t.deepEqual(project.inactive, ['bad']);
  }
});

test('what is not honoured is told of the selected services', (t) => {
  const text = 'services: {good: {command: x}, bad: {command: x, userns_mode: auto}}';
  t.is(loadText(text, { services: ['good'] }).diagnostics.length, 0);
  t.is(loadText(text, { services: ['good'], strict: true }).diagnostics.length, 0);
  t.is(loadText(text, { services: ['bad'], strict: true }).diagnostics.length, 1);
});

test('a service that is used without being a dependency is checked without dependencies as well', (t) => {
  const text = 'services: {good: {command: x, network_mode: "service:bad"}, bad: {build: ., command: x}}';
  t.deepEqual(errorsOf(text, { services: ['good'], noDeps: true }), ['no-rootfs']);
});

test('a mistake in the file itself stays an error, with every choice of services', (t) => {
  t.deepEqual(
    errorsOf('services: {good: {command: x}, bad: {command: x, cpus: many}}', { services: ['good'] }),
    ['invalid-value'],
  );
});
