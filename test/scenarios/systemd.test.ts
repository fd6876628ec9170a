import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tscomposePath } from './harness/cli.ts';
import { scenario } from './harness/scenario.ts';

// What systemd does with a unit is tested in a virtual machine.

scenario('systemd writes, prints and removes the unit of a project', async (t, project) => {
  project.compose('services:\n  web: { command: [sleep, "1000"] }\n');
  const path = `/etc/systemd/system/tscompose-${project.name}.service`;
  t.teardown(() => rmSync(path, { force: true }));
  const run = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await project.tscompose(...words);
    t.is(code, 0, stderr);
    return `${stdout}${stderr}`;
  };
  const printed = await run('systemd', '--print');
  t.true(
    printed.includes(`ExecStart=${process.execPath} -- ${tscomposePath} -p ${project.name} start --boot`),
  );
  t.true(printed.includes(`Environment=TSCOMPOSE_STATE_DIR=${project.stateDirectory}`));
  t.is(await run('--dry-run', 'systemd'), `DRY-RUN MODE - Unit ${path} Written (asked for)\n`);
  t.false(existsSync(path));
  t.regex(await run('systemd'), new RegExp(`systemctl enable --now tscompose-${project.name}.service`));
  t.is(readFileSync(path, 'utf8'), printed);
  writeFileSync(path, 'of an earlier version\n');
  await run('systemd');
  t.is(readFileSync(path, 'utf8'), printed);
  t.is(await run('--dry-run', 'systemd', '--remove'), `DRY-RUN MODE - Unit ${path} Removed (asked for)\n`);
  t.true(existsSync(path));
  t.regex(await run('systemd', '--remove'), /daemon-reload/);
  t.false(existsSync(path));
  t.regex(await run('systemd', '--remove'), /there is no/);
  t.regex(await run('--dry-run', 'systemd', '--remove'), /there is no/);
  t.is((await project.tscompose('systemd', '--print', '--remove')).code, 1);
});

scenario(
  'stop --boot ends all containers, and start --boot starts those with a policy',
  async (t, project) => {
    const services = { always: 'always', unless: 'unless-stopped', hand: 'unless-stopped', never: '"no"' };
    const service = ([name, restart]: readonly [string, string]): string =>
      `  ${name}: { command: [sleep, "1000"], restart: ${restart}, stop_grace_period: 0s }\n`;
    project.compose(`services:\n${Object.entries(services).map(service).join('')}`);
    const run = async (...words: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await project.tscompose(...words);
      t.is(code, 0, stderr);
      return stdout;
    };
    const running = async (...words: readonly string[]): Promise<readonly string[]> => {
      await run(...words);
      return (await run('ps', '--services')).split('\n').filter(Boolean).toSorted();
    };
    t.deepEqual(await running('up', '-d'), ['always', 'hand', 'never', 'unless']);
    t.deepEqual(await running('stop', 'hand'), ['always', 'never', 'unless']);
    t.deepEqual(await running('stop', '--boot'), []);
    t.deepEqual(await running('start', '--boot'), ['always', 'unless']);
  },
);
