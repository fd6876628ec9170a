import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';

/** What `npm run build` has made. */
const built = process.env.TSCOMPOSE_DIST ?? join(import.meta.dirname, '../../dist/tscompose.js');

const cwd = mkdtempSync(join(tmpdir(), 'tscompose-main-'));
writeFileSync(join(cwd, 'compose.yaml'), 'name: app\nservices:\n  web:\n    command: sleep 1\n');
writeFileSync(join(cwd, 'broken.yaml'), 'services:\n  web:\n    comand: sleep 1\n');
test.after.always(() => rmSync(cwd, { recursive: true }));

const environment = {
  ...process.env,
  TSCOMPOSE_RUN_DIR: join(cwd, 'run'),
  TSCOMPOSE_STATE_DIR: join(cwd, 'state'),
  NO_COLOR: '1',
};

const start = (...words: string[]) =>
  spawn(process.execPath, ['--', built, ...words], {
    cwd,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const tscompose = (...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const child = start(...words);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });

test('help is data: it comes on stdout, with status 0', async (t) => {
  const { code, stdout, stderr } = await tscompose('--help');
  t.is(code, 0);
  t.regex(stdout, /^Usage: tscompose/m);
  t.is(stderr, '');
});

test('an option that Node.js also has is an option of tscompose', async (t) => {
  for (const [program, ...words] of [[built], [process.execPath, '--', built]] as const) {
    const { status, stderr } = spawnSync(program, [...words, '--env-file', 'none.env', 'config'], {
      cwd,
      env: environment,
      encoding: 'utf8',
    });
    t.is(status, 1);
    t.regex(stderr, /^error\[\S+\]: .*none\.env/m);
  }
});

test('every script and page that runs tscompose with node ends the options of node first', (t) => {
  for (const page of ['package.json', 'README.md', 'test/bench/README.md', 'test/README.md']) {
    const text = readFileSync(join(import.meta.dirname, '../..', page), 'utf8');
    t.deepEqual(text.match(/\bnode (?!-- )\S*dist\/tscompose\.js/g) ?? [], [], page);
  }
});

test('an unknown command is status 1, and stdout stays empty', async (t) => {
  const { code, stdout, stderr } = await tscompose('pss');
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(stderr, /error\[usage\]: unknown command `pss`\nhelp: did you mean `ps`\?/);
});

test('a mistyped option, value or name is told the right one', async (t) => {
  for (const [words, help] of [
    [['help', 'confg'], 'did you mean `config`?'],
    [['config', '--explian'], 'did you mean `--explain`?'],
    [['completion', 'fis'], 'did you mean `fish`?'],
    [['config', '--format', 'jsn'], 'expected one of yaml, json'],
  ] as const) {
    const { code, stdout, stderr } = await tscompose(...words);
    t.is(code, 1);
    t.is(stdout, '');
    t.true(stderr.includes(help), stderr);
  }
});

test('options that exclude each other are refused in the words of other Compose tools', async (t) => {
  const both = await tscompose('up', '--force-recreate', '--no-recreate');
  t.is(both.code, 1);
  t.regex(both.stderr, /--force-recreate and --no-recreate are incompatible/);
  const detached = await tscompose('up', '-d', '--abort-on-container-exit');
  t.regex(detached.stderr, /--detach cannot be combined with --abort-on-container-exit/);
});

test('the version is one line, and json where it is asked for', async (t) => {
  const [short, json] = await Promise.all([
    tscompose('version', '--short'),
    tscompose('version', '-f', 'json'),
  ]);
  t.regex(short.stdout, /^\d+\.\d+\.\d+\n$/);
  t.deepEqual(JSON.parse(json.stdout), { version: short.stdout.trim() });
});

test('config prints the project, and with -q only says whether it is valid', async (t) => {
  const [printed, quiet, broken] = await Promise.all([
    tscompose('config', '--services'),
    tscompose('config', '-q'),
    tscompose('-f', 'broken.yaml', 'config', '-q'),
  ]);
  t.is(printed.stdout, 'web\n');
  t.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, '', '']);
  t.is(broken.code, 1);
  t.regex(broken.stderr, /broken\.yaml:3:5/);
});

test('a project that was never up has no containers, no logs, and nothing to remove', async (t) => {
  const [ps, logs, down] = await Promise.all([tscompose('ps'), tscompose('logs'), tscompose('down')]);
  t.deepEqual(
    [ps.code, ps.stdout],
    [0, 'NAME   IMAGE   COMMAND   SERVICE   CREATED   STATUS   PORTS   PID   NETWORKS\n'],
  );
  t.deepEqual([logs.code, logs.stdout], [0, '']);
  t.is(down.code, 0);
  t.regex(down.stderr, /No resource found to remove for project "app"/);
});

test('an unknown service is an error, also where the file is invalid', async (t) => {
  const [whole, broken] = await Promise.all([
    tscompose('ps', 'wbe'),
    tscompose('-p', 'app', '-f', 'broken.yaml', 'stop', 'wbe'),
  ]);
  t.is(whole.code, 1);
  t.regex(whole.stderr, /no such service: wbe/);
  t.is(broken.code, 1);
  t.regex(broken.stderr, /no such service: wbe/);
});

test('exec in a service that does not run is status 1', async (t) => {
  const { code, stderr } = await tscompose('exec', 'web', 'ls');
  t.is(code, 1);
  t.regex(stderr, /service "web" is not running/);
});

test('progress as json makes errors json as well', async (t) => {
  const { stderr } = await tscompose('--progress', 'json', 'exec', 'web', 'ls');
  t.like(JSON.parse(stderr), { status: 'Error', diagnostic: { code: 'not-running' } });
});

test('a reader that goes away ends it quietly, as SIGPIPE would', async (t) => {
  const child = start('help', 'up');
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  t.is(stderr, '');
  t.is(code, 141);
});
