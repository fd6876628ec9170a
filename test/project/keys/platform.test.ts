import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { problems, service } from '../support.ts';

testServiceKey('platform', {
  forms: [['linux/amd64', 'linux/amd64']],
  faults: [['5', 'invalid-type 4:15 5']],
});

// Red without: platformAt of image-names.ts.
test('a platform that is none is refused with its place', (t) => {
  const file = (platform: string) => `services:\n  web:\n    image: nginx\n    platform: ${platform}\n`;
  t.deepEqual(problems(file('a/b/c/d')), ['error invalid-value 4:15 a/b/c/d']);
  t.is(problems(file('""')).length, 0);
  t.deepEqual(service(t, file('arm64')).rootfs, {
    kind: 'wanted-image',
    reference: 'nginx',
    platform: 'arm64',
  });
});
