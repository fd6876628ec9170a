import test from 'ava';
import { canonicalService, loadText, problems, service, web } from '../support.ts';

test('a path is relative to the project', (t) => {
  t.deepEqual(service(t, web('rootfs: ./root')).rootfs, { kind: 'directory', path: '/project/root' });
  t.deepEqual(service(t, web('rootfs: /srv/root')).rootfs, { kind: 'directory', path: '/srv/root' });
});

test('a tilde is the home directory', (t) => {
  const options = { environment: { HOME: '/home/me' } };
  t.deepEqual(service(t, web('rootfs: ~/root'), options).rootfs, {
    kind: 'directory',
    path: '/home/me/root',
  });
});

test('host, or nothing, is the machine', (t) => {
  t.deepEqual(service(t, web('rootfs: host')).rootfs, { kind: 'host' });
  t.deepEqual(service(t, web('tty: true')).rootfs, { kind: 'host' });
  t.is(canonicalService(web('tty: true')).rootfs, 'host');
});

test('it may stand under x-tscompose', (t) => {
  const text = web('x-tscompose:\n  rootfs: ./root');
  t.deepEqual(service(t, text).rootfs, { kind: 'directory', path: '/project/root' });
  t.is(canonicalService(text)['x-tscompose'], undefined);
  t.deepEqual(problems(web('rootfs: a\nx-tscompose:\n  rootfs: b')), ['error conflicting-keys 6:15 b']);
});

test('a build brings no files', (t) => {
  t.deepEqual(problems(web('build: .')), ['error no-rootfs 4:5 build']);
  t.is(loadText(web('build: .')).diagnostics[0]?.subject, 'web');
});

test('with a root, the image is only a name', (t) => {
  t.deepEqual(problems(web('image: nginx\nrootfs: ./root')), ['warning unsupported-key 4:5 image']);
});

test('it is the host also where a build is left empty', (t) => {
  t.is(canonicalService(web('build:')).rootfs, 'host');
});
