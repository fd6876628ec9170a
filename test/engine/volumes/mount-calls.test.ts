import test from 'ava';
import { mountCalls } from '../../../src/engine/volumes/mount-calls.ts';
import { callText } from '../../../src/kernel/program/text.ts';

const calls = (options: Readonly<Record<string, string>>) => mountCalls('/v/data', options).map(callText);

test('a file system is mounted on a private mount of the directory, and is private itself', (t) => {
  t.deepEqual(calls({ type: 'tmpfs', device: 'tmpfs', o: 'size=1m,noexec,uid=5' }), [
    'mount("/v/data", "/v/data", NULL, MS_BIND, NULL)',
    'mount(NULL, "/v/data", NULL, MS_PRIVATE, NULL)',
    'mount("tmpfs", "/v/data", "tmpfs", MS_NOEXEC, "size=1m,uid=5")',
    'mount(NULL, "/v/data", NULL, MS_REC|MS_PRIVATE, NULL)',
  ]);
});

test('a bind mount takes its flags by a remount', (t) => {
  const bind = (o: string) => calls({ type: 'none', device: '/srv', o }).slice(2, -1);
  t.deepEqual(bind('bind'), ['mount("/srv", "/v/data", NULL, MS_BIND, NULL)']);
  t.deepEqual(bind('rbind,ro'), [
    'mount("/srv", "/v/data", NULL, MS_BIND|MS_REC, NULL)',
    'mount(NULL, "/v/data", NULL, MS_REMOUNT|MS_BIND|MS_RDONLY, NULL)',
  ]);
});
