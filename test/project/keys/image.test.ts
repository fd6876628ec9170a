import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { problems, service, web } from '../support.ts';

testServiceKey('image', {
  forms: [
    ['nginx', 'nginx'],
    ['"registry.example.com:5000/team/app@sha256:0123"', 'registry.example.com:5000/team/app@sha256:0123'],
  ],
  faults: [
    ['5', 'invalid-type 4:12 5'],
    ['[nginx]', 'invalid-type 4:12 [nginx]'],
  ],
});

test('an image brings no files: without a root there is nothing to run on', (t) => {
  t.deepEqual(problems(web('image: nginx')), ['error no-rootfs 4:5 image']);
});

test('beside a root it is only a name', (t) => {
  const text = web('image: nginx\nrootfs: ./root');
  t.deepEqual(problems(text), ['warning unsupported-key 4:5 image']);
  t.deepEqual(service(t, web('rootfs: ./root')).rootfs, { kind: 'directory', path: '/project/root' });
});
