import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { enabledPath, unitName, unitPath } from '../../../src/engine/directories/unit-path.ts';
import { type Unit, unitText } from '../../../src/engine/doors/systemd-unit.ts';

const unit = (changes: Partial<Unit> = {}): Unit => ({
  project: 'shop',
  name: unitName('shop'),
  path: unitPath('shop'),
  program: ['/usr/bin/node', '/usr/lib/node_modules/tscompose/dist/tscompose.js'],
  directories: {},
  mounts: ['/var/lib/tscompose/shop'],
  ...changes,
});

const lineOf = (key: string, of: Unit): string | undefined =>
  unitText(of)
    .split('\n')
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1);

test('a unit', (t) => {
  t.is(
    unitText(unit()),
    `# Written by \`tscompose systemd\`.
[Unit]
Description=Containers of the project shop
Wants=network-online.target
After=network-online.target
RequiresMountsFor=/var/lib/tscompose/shop

[Service]
Type=forking
RemainAfterExit=yes
ExecStart=/usr/bin/node -- /usr/lib/node_modules/tscompose/dist/tscompose.js -p shop start --boot
ExecStop=/bin/sh -c '[ "$$(systemctl is-system-running)" != stopping ] || exec "$$@"' sh /usr/bin/node -- /usr/lib/node_modules/tscompose/dist/tscompose.js -p shop stop --boot
KillMode=process
Delegate=yes
Restart=on-failure
RestartSec=1
TimeoutStartSec=infinity
TimeoutStopSec=10min

[Install]
WantedBy=multi-user.target
`,
  );
  t.is(unitPath('shop'), '/etc/systemd/system/tscompose-shop.service');
  t.is(enabledPath('shop'), '/etc/systemd/system/multi-user.target.wants/tscompose-shop.service');
});

test('other directories are those of the unit as well', (t) => {
  const directories = { TSCOMPOSE_RUN_DIR: '/run/a b', TSCOMPOSE_STATE_DIR: '/srv/100%' };
  t.deepEqual(
    unitText(unit({ directories }))
      .split('\n')
      .filter((line) => line.startsWith('Environment=')),
    ['Environment="TSCOMPOSE_RUN_DIR=/run/a b"', 'Environment="TSCOMPOSE_STATE_DIR=/srv/100%%"'],
  );
});

/** The path of a program or of a directory, and how it stands in the unit. */
const PATHS: readonly (readonly [path: string, written: string])[] = [
  ['/opt/with blank/x', '"/opt/with blank/x"'],
  ['/opt/100%/x', '"/opt/100%%/x"'],
  ['/opt/"quoted"/x', '"/opt/\\"quoted\\"/x"'],
  ['/opt/back\\slash/x', '"/opt/back\\\\slash/x"'],
  ['/opt/two\nlines/x', '"/opt/two\\x0alines/x"'],
  ["/opt/it's/x", '"/opt/it\'s/x"'],
  ['/opt/ü/x', '"/opt/ü/x"'],
  ['/opt/;/x', '"/opt/;/x"'],
];

for (const [path, written] of PATHS)
  test(`${JSON.stringify(path)} in a unit`, (t) => {
    const made = unit({ program: ['/usr/bin/node', path], mounts: [path] });
    t.is(lineOf('ExecStart', made), `/usr/bin/node -- ${written} -p shop start --boot`);
    t.is(lineOf('RequiresMountsFor', made), written);
  });

test('a dollar sign is no variable in an argument, and stays one in the path of Node', (t) => {
  const line = lineOf('ExecStart', unit({ program: ['/opt/$a/node', '/opt/${b}/tscompose.js'] }));
  t.is(line, '"/opt/$a/node" -- "/opt/$${b}/tscompose.js" -p shop start --boot');
  const stop = lineOf('ExecStop', unit({ program: ['/opt/$a/node', '/opt/${b}/tscompose.js'] }));
  t.true(stop?.endsWith(' sh "/opt/$$a/node" -- "/opt/$${b}/tscompose.js" -p shop stop --boot'), stop);
});

const isInstalled = spawnSync('systemd-analyze', ['--version']).status === 0;

(isInstalled ? test : test.skip)('systemd finds nothing wrong with units', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-unit-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  for (const [index, changes] of [
    {},
    // No program has a path with control characters or a comma here; systemd-analyze looks whether it is there.
    ...PATHS.map(([path]) => ({ mounts: [path], directories: { TSCOMPOSE_STATE_DIR: path } })),
  ].entries()) {
    const path = join(directory, `tscompose-p${index}.service`);
    writeFileSync(
      path,
      unitText(unit({ program: [process.execPath, '/x y/$a/100%/tscompose.js'], ...changes })),
    );
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], {
      encoding: 'utf8',
    });
    const ours = `${stdout}${stderr}`.split('\n').filter((line) => line.includes(`tscompose-p${index}`));
    t.deepEqual({ status, ours }, { status: 0, ours: [] });
  }
});
