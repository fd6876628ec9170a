import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { loadText, problems, service, web } from '../support.ts';

/** A service with these keys and nothing else. */
const file = (keys: string): string => `services:\n  web:\n    ${keys.replaceAll('\n', '\n    ')}\n`;

testServiceKey('image', {
  forms: [
    ['nginx', 'nginx'],
    ['registry.example.com:5000/team/app:1', 'registry.example.com:5000/team/app:1'],
  ],
  faults: [
    ['5', 'invalid-type 4:12 5'],
    ['[nginx]', 'invalid-type 4:12 [nginx]'],
  ],
});

test('an image brings the files, and may bring the command', (t) => {
  t.deepEqual(service(t, file('image: nginx')).rootfs, { kind: 'wanted-image', reference: 'nginx' });
  const keys =
    'image: nginx:1\nplatform: linux/arm64\npull_policy: refresh\npull_refresh_after: 12h\n' +
    'build: .\nstop_signal: SIGTERM\nenvironment: {A: 1, GONE: }';
  t.deepEqual(service(t, file(keys)).rootfs, {
    kind: 'wanted-image',
    reference: 'nginx:1',
    platform: 'linux/arm64',
    policy: 'refresh',
    refreshAfter: 43_200_000,
    isBuilt: true,
    unset: ['GONE'],
    hasStopSignal: true,
  });
});

test('what is about an image has no effect without one', (t) => {
  t.deepEqual(problems(web('platform: linux/arm64')), ['warning unsupported-key 4:5 platform']);
});

test('beside a root it is only a name', (t) => {
  const text = web('image: nginx\nrootfs: ./root');
  t.deepEqual(problems(text), ['warning unsupported-key 4:5 image']);
  t.deepEqual(service(t, web('rootfs: ./root')).rootfs, { kind: 'directory', path: '/project/root' });
});

// Red without: nameAt of image-names.ts.
test('a name that is none is refused with its place, also that of a mount, and of a build', (t) => {
  t.deepEqual(problems(file('image: Nginx')), ['error invalid-image-name 3:12 Nginx']);
  t.deepEqual(problems(file('image: nginx:-1\nbuild: .')), ['error invalid-image-name 3:12 nginx:-1']);
  t.deepEqual(problems(file('image: nginx@sha256:0123')), [
    'error invalid-image-name 3:12 nginx@sha256:0123',
  ]);
  t.deepEqual(problems(file('image: nginx\nvolumes: [{type: image, source: A, target: /a}]')), [
    'error invalid-image-name 4:37 A',
  ]);
  t.deepEqual(problems(web('image: Nginx\nrootfs: ./root')), ['warning unsupported-key 4:5 image']);
});

// Red without: the code in unset-causes.ts.
test('a name that lacks the value of a variable asks for the variable', (t) => {
  const { diagnostics } = loadText(file('image: ${REGISTRY}/app'));
  t.deepEqual(
    diagnostics.flatMap(({ code, help }) => (code === 'invalid-image-name' ? [help] : [])),
    ['set `REGISTRY`'],
  );
});
