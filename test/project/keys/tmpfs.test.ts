import test from 'ava';
import { canonicalService, problems, service, web } from '../support.ts';

test('text or a list, with options', (t) => {
  const mount = { from: 'services.web.tmpfs[0]', target: '/run', kind: 'tmpfs', readOnly: false };
  t.deepEqual(service(t, web('tmpfs: /run')).mounts, [{ ...mount, kind: 'tmpfs', options: [] }]);
  t.deepEqual(service(t, web('tmpfs: ["/run:size=64m,mode=1777"]')).mounts, [
    { ...mount, kind: 'tmpfs', options: ['size=64m', 'mode=1777'] },
  ]);
});

test('ro makes it read-only', (t) => {
  const [mount] = service(t, web('tmpfs: /run:ro,noexec')).mounts;
  t.like(mount, { readOnly: true, options: ['noexec'] });
});

test('an option that does not exist is refused', (t) => {
  t.deepEqual(problems(web('tmpfs: /run:sice=1m')), ['error invalid-value 4:12 /run:sice=1m']);
  t.deepEqual(problems(web('tmpfs: /run:size=big')), ['error invalid-value 4:12 /run:size=big']);
});

test('a target below the root, not in /proc', (t) => {
  for (const target of ['run', '/', '/proc/x', '/proc', '/a/../proc']) {
    t.deepEqual(problems(web(`tmpfs: ${target}`)), [`error invalid-value 4:12 ${target}`]);
  }
});

test('the canonical form is a list', (t) => {
  t.deepEqual(canonicalService(web('tmpfs: /run')).tmpfs, ['/run']);
});
