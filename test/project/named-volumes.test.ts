import test from 'ava';
import { loadText, problems, web } from './support.ts';

const mounts = (text: string) => loadText(text).project!.services.web!.mounts;

const volumes = (text: string) => loadText(text).project!.volumes;

const file = (mount: string, volume = '') => `${web(`volumes: [${mount}]`)}volumes: {data: ${volume}}\n`;

const mount = { from: 'services.web.volumes[0]', kind: 'volume', target: '/data', readOnly: false };

test('a mount has the name of its volume on the machine', (t) => {
  t.deepEqual(mounts(file('"data:/data"')) as unknown, [{ ...mount, volume: 'project_data' }]);
  t.deepEqual(mounts(file('"data:/data:ro,nocopy"', '{name: real}')) as unknown, [
    { ...mount, readOnly: true, volume: 'real', noCopy: true },
  ]);
});

test('an anonymous volume has no name yet', (t) => {
  t.deepEqual(mounts(web('volumes: [/data]')) as unknown, [mount]);
  t.deepEqual(mounts(web('volumes: [{type: volume, target: /data, volume: {labels: {a: b}}}]')) as unknown, [
    { ...mount, labels: { a: 'b' } },
  ]);
});

test('a part of a volume', (t) => {
  const text = file('{type: volume, source: data, target: /data, volume: {subpath: a//b/./c}}');
  t.deepEqual(mounts(text) as unknown, [{ ...mount, volume: 'project_data', subpath: 'a/b/c' }]);
});

test('the project has the volumes that its services mount', (t) => {
  const text = `${web('volumes: [a:/a, b:/b]')}volumes:
  a: { labels: [x=y], driver_opts: { type: tmpfs, device: tmpfs, o: size=1m } }
  b: { external: true }
  unused: {}
`;
  t.deepEqual(volumes(text), {
    a: {
      key: 'a',
      name: 'project_a',
      external: false,
      options: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' },
      labels: { x: 'y' },
    },
    b: { key: 'b', name: 'b', external: true, options: {}, labels: {} },
  });
});

test('an empty name is none', (t) => {
  t.is(volumes(file('"data:/data"', '{name: ""}')).data!.name, 'project_data');
  t.is(volumes(file('"data:/data"', '{name: "", external: true}')).data!.name, 'data');
});

test('names that no directory of volumes can have', (t) => {
  for (const name of ['..', 'a/b', '_a', '"a b"', 'ä'])
    t.deepEqual(problems(file('"data:/data"', `{name: ${name}}`)), [`error invalid-value 5:24 ${name}`]);
  const long = 'x'.repeat(300);
  t.deepEqual(problems(file('"data:/data"', `{name: ${long}}`)), [`error invalid-value 5:24 ${long}`]);
  t.deepEqual(problems(file('"data:/data"', `{name: ${long.slice(0, 255)}}`)), []);
});

test('a name that is made of the key is refused at the key', (t) => {
  t.deepEqual(problems(`${web('volumes: ["_a:/data"]')}volumes: {_a: {external: true}}\n`), [
    'error invalid-value 5:11 _a',
  ]);
});

test('a volume that no service mounts may have any name, driver and options', (t) => {
  t.deepEqual(
    problems(`${web('tty: true')}volumes: {a: {name: "..", driver: x, driver_opts: {y: z}}}\n`),
    [],
  );
});

test('another driver does not exist here', (t) => {
  t.deepEqual(problems(file('"data:/data"', '{driver: nfs}')), ['error unsupported-key 5:26 nfs']);
  t.deepEqual(problems(file('"data:/data"', '{driver: local}')), []);
});

test('options of the driver come together, as in Docker', (t) => {
  const options = (text: string) => problems(file('"data:/data"', `{driver_opts: {${text}}}`));
  t.deepEqual(options('type: none, o: bind, device: /srv'), []);
  t.deepEqual(options('type: tmpfs, device: tmpfs'), []);
  t.deepEqual(options('o: bind, device: /srv'), [
    'error invalid-value 5:32 o',
    'error invalid-value 5:41 device',
  ]);
  t.deepEqual(options('typ: tmpfs'), ['error invalid-value 5:32 typ']);
});

test('a subpath stays in its volume, which has a name', (t) => {
  const part = (subpath: string, source = 'source: data, ') =>
    problems(file(`{type: volume, ${source}target: /a, volume: {subpath: ${subpath}}}`));
  t.deepEqual(part('a/..b'), []);
  t.deepEqual(part('/a'), ['error invalid-value 4:74 /a']);
  t.deepEqual(part('a/../../b'), ['error invalid-value 4:74 a/../../b']);
  t.deepEqual(part('a', ''), ['error missing-key 4:60 a']);
});

test('a volume that is a bind mount of the system gives the machine away as well', (t) => {
  const bind = (device: string) =>
    problems(file('"data:/data"', `{driver_opts: {type: none, o: bind, device: ${device}}}`));
  t.deepEqual(bind('/etc'), ['warning machine-exposed 4:15 "data:/data"']);
  t.deepEqual(bind('/srv'), []);
});
