import test from 'ava';
import type { OciMount } from '../../../src/container/oci.ts';
import { contentOfRoot } from '../../../src/engine/volumes/content-of-root.ts';

const bind = (path: string): OciMount => ({ destination: path, type: 'bind', source: path, options: [] });

const hostRoot = { path: '/run/root', mounts: [bind('/usr'), bind('/etc/ssl')] };

const sourceOf = contentOfRoot(
  { definition: { rootfs: { kind: 'host' } } } as Parameters<typeof contentOfRoot>[0],
  hostRoot,
);

// Links are resolved within the root: with the host's /usr as the root, none leads to the host's /etc.
test('with the root of the host, the content is that of one tree of the host, or of the private root', (t) => {
  t.deepEqual(sourceOf('/usr/share/www'), { root: '/usr', target: '/share/www' });
  t.deepEqual(sourceOf('/usr'), { root: '/usr', target: '/' });
  t.deepEqual(sourceOf('/etc/ssl/private'), { root: '/etc/ssl', target: '/private' });
  t.deepEqual(sourceOf('/usrlocal'), { root: '/run/root', target: '/usrlocal' });
  t.deepEqual(sourceOf('/etc'), { root: '/run/root', target: '/etc' });
});
