import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { OciConfig, OciMount } from '../../../src/container/oci.ts';
import { type Finding, findCommand } from '../../../src/engine/facts/find-command.ts';

type Choices = {
  readonly mounts?: readonly OciMount[];
  readonly path?: string;
  readonly cwd?: string;
};

const find = (
  root: string,
  command: string,
  { mounts = [], path = '', cwd = '/' }: Choices = {},
): Finding => {
  const process = { args: [command], env: [`PATH=${path}`], cwd } as unknown as OciConfig['process'];
  return findCommand({ process, mounts }, root);
};

const bind = (source: string, destination: string): OciMount => ({
  destination,
  type: 'bind',
  source,
  options: ['rbind'],
});

const tmpfs = (destination: string): OciMount => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options: [],
});

/** A root with these programs, other files and links. */
const withRoot = (
  files: { readonly programs?: readonly string[]; readonly plain?: readonly string[] },
  links: Readonly<Record<string, string>>,
  look: (root: string) => void,
): void => {
  const root = mkdtempSync(join(tmpdir(), 'find-command-'));
  try {
    for (const path of [...(files.programs ?? []), ...(files.plain ?? [])]) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), '');
    }
    for (const path of files.programs ?? []) chmodSync(join(root, path), 0o755);
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
    look(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

test('a path is looked for in the root, and a name along PATH', (t) => {
  withRoot({ programs: ['usr/bin/web'], plain: ['usr/bin/text'] }, {}, (root) => {
    const path = '/usr/local/bin:/usr/bin';
    t.is(find(root, '/usr/bin/web'), 'found');
    t.is(find(root, 'web', { path }), 'found');
    t.is(find(root, 'bin/web', { cwd: '/usr' }), 'found');
    t.is(find(root, '/usr/bin/text'), 'EACCES');
    t.is(find(root, '/usr/bin'), 'EACCES');
    t.is(find(root, 'db', { path }), 'ENOENT');
    t.is(find(root, '/opt/web'), 'ENOENT');
  });
});

test('links are those of the root, and never lead out of it', (t) => {
  const links = { bin: 'usr/bin', 'usr/bin/absolute': '/usr/bin/web', 'usr/bin/out': '../../../../bin/sh' };
  withRoot({ programs: ['usr/bin/web'] }, links, (root) => {
    t.is(find(root, 'web', { path: '/bin' }), 'found');
    t.is(find(root, '/bin/absolute'), 'found');
    t.is(find(root, '/bin/db'), 'ENOENT');
    // It has a target on the host, and none in the root: only the container can tell what is there.
    t.is(find(root, '/bin/out'), 'unknown');
  });
});

test('what is mounted counts, and hides what the root has there', (t) => {
  withRoot({ programs: ['usr/bin/web', 'data/run'], plain: ['data/text'] }, {}, (root) => {
    const mounts = [
      bind(join(root, 'data'), '/app'),
      tmpfs('/usr/bin'),
      bind(join(root, 'data/run'), '/one'),
    ];
    t.is(find(root, '/app/run', { mounts }), 'found');
    t.is(find(root, './run', { mounts, cwd: '/app' }), 'found');
    t.is(find(root, '/app/text', { mounts }), 'EACCES');
    t.is(find(root, '/app/none', { mounts }), 'ENOENT');
    t.is(find(root, '/one', { mounts }), 'found');
    t.is(find(root, '/usr/bin/web', { mounts }), 'unknown');
    t.is(find(root, '/late/run', { mounts: [bind(join(root, 'not-made-yet'), '/late')] }), 'unknown');
  });
});

test('a link into what is mounted is followed there', (t) => {
  withRoot({ programs: ['data/run', 'bin/hidden'] }, { tools: 'bin' }, (root) => {
    const mounts = [bind(join(root, 'data'), '/bin')];
    t.is(find(root, '/tools/run', { mounts }), 'found');
    t.is(find(root, '/tools/hidden', { mounts }), 'ENOENT');
  });
});
