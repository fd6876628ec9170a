import test from 'ava';
import { refusedPath } from '../../../../src/cli/show/diagnostics/refused-path.ts';

const refusal = (code: string, path?: string, syscall = 'mkdir') =>
  Object.assign(new Error(code), { code, syscall, ...(path && { path }) });

test('a path that the machine refuses is one sentence with the call and a way out', (t) => {
  t.like(refusedPath(refusal('EROFS', '/state/x'), true), {
    message: 'cannot use /state/x: the file system is read-only',
    facts: [['call', 'mkdir("/state/x") = EROFS']],
    help: 'set TSCOMPOSE_STATE_DIR and TSCOMPOSE_RUN_DIR to directories that can be written to',
  });
  t.regex(refusedPath(refusal('EACCES', '/root/x'), false)!.help!, /^run with sudo, or set /);
});

// Red without: OF_MKDIR in refused-path.ts.
test('a directory that cannot be made, because of its path, is a refusal as well', (t) => {
  for (const code of ['ENOENT', 'ENOTDIR', 'EEXIST'])
    t.is(refusedPath(refusal(code, '/x'))?.code, 'refused-path', code);
});

test('every other error stays an unexpected one', (t) => {
  t.is(refusedPath(refusal('ENOENT', '/x', 'open')), undefined);
  t.is(refusedPath(refusal('EACCES')), undefined, 'of a system call without a path');
  t.is(refusedPath('EACCES'), undefined);
});
