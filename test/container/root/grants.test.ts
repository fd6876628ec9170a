import test from 'ava';
import { compile } from '../../../src/container/compile.ts';
import { stepsOf } from '../../../src/kernel/program/program.ts';
import { stepText } from '../../../src/kernel/program/text.ts';
import type { Grant } from '../../../src/project/model/project.ts';
import { token } from '../../project/grant-samples.ts';
import { container } from '../samples.ts';

const texts = (...grants: readonly Grant[]): readonly string[] =>
  stepsOf(compile(container({ grants }, { grantBytes: 65536 }))).map(stepText);

test('the content comes from a descriptor, into memory that is not swapped, before paths of the host are gone', (t) => {
  const steps = texts(token, { ...token, target: '/etc/token', uid: 5, gid: 6, mode: 0o4440 });
  const own = steps.filter((text) => /grant|content_|noswap|size/.test(text));
  t.deepEqual(own.slice(0, 13), [
    'fsconfig($etc_system, FSCONFIG_SET_STRING, "size", "1114112", 0)',
    'fsconfig($etc_system, FSCONFIG_SET_FLAG, "noswap", NULL, 0)',
    'openat($etc, "grant-0", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600) = $grant_0',
    'sendfile($grant_0, $content_0, 0, 2147479552)',
    'close($grant_0)',
    'fchmodat($etc, "grant-0", 0444)',
    'openat($etc, "grant-1", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600) = $grant_1',
    'sendfile($grant_1, $content_1, 0, 2147479552)',
    'close($grant_1)',
    'fchownat($etc, "grant-1", 5, 6, AT_SYMLINK_NOFOLLOW)',
    'fchmodat($etc, "grant-1", 04440)',
    'open_tree($etc, "grant-0", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC) = $tree',
    'open_tree($etc, "grant-1", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC) = $tree',
  ]);
  const begin = (text: string): number => steps.findIndex((step) => step.startsWith(text));
  t.true(begin('open_tree($etc, "grant-0"') < begin('pivot_root'));
});

test('the process is created with as many descriptors as without configs', (t) => {
  const spawnOf = (steps: readonly string[]): string | undefined =>
    steps.find((text) => text.startsWith('spawn('));
  t.is(spawnOf(texts(token, token)), spawnOf(texts()));
});

test('a config over a file of /etc takes its place', (t) => {
  const steps = texts({ ...token, target: '/etc/hosts' });
  // Red without: the look at the grants in etcMounts
  t.is(steps.filter((text) => text.includes('"/etc/hosts"') && text.startsWith('openat2')).length, 2);
});

test('a service without configs and secrets makes no calls for them', (t) => {
  t.deepEqual(
    texts().filter((text) => /grant|content_|noswap|sendfile/.test(text)),
    [],
  );
});
