import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { eventually } from './harness/eventually.ts';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import { needs, scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

// A supervisor is started while the files are still being read.

scenario('a supervisor that was started ahead of a file with errors has made nothing', async (t, project) => {
  project.compose('services:\n  web: { commandd: "true" }\n');
  isRefused(t, await project.tscompose('up', '-d'), { errors: ['no-command', 'unknown-key'] });
  t.is(project.supervisor(), undefined);
  t.false(existsSync(project.runDirectory));
  t.false(existsSync(project.stateDirectory));
  await nothingWasMade(project);
});

scenario('a name that is not to be seen at a glance is the name all the same', async (t, project) => {
  project.compose(`name: "\${PREFIX:-${project.name}}-x"\nservices:\n  web: { ${stays()} }\n`);
  await project.ok('up', '-d');
  t.is((await project.container('web')).Name, `${project.name}-x-web-1`);
  await project.ok('down', '-t', '0');
});

scenario('two ups of a project at once: one supervisor, and both succeed', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const results = await Promise.all([1, 2, 3].map(() => project.tscompose('up', '-d')));
  t.deepEqual(
    results.map(({ code }) => code),
    [0, 0, 0],
    results.map(({ stderr }) => stderr).join('\n'),
  );
  t.is((await project.containers()).length, 1);
});

scenario('a file that comes through a pipe is read once', async (t, project) => {
  project.write('source.yaml', `services:\n  web: { ${stays()} }\n`);
  const up = project.command('-p', project.name, '-f', '/dev/fd/3', 'up', '-d');
  const { code, stderr } = await project.launch('bash', ['-c', `${up} 3< <(cat source.yaml)`]).ended;
  t.is(code, 0, stderr);
  const containers = await project.ok('-p', project.name, 'ps', '--format', 'json');
  t.is(JSON.parse(containers).State, 'running');
});

/** Red without: `process.off` in `abandon` of connect.ts: its number may be that of another by then, or of nobody. */
needs('strace')('a supervisor that was started in vain is killed once', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const slow = 'strace -qq -o trace -e trace=kill -e inject=kill:delay_exit=500000';
  const { code, stderr } = await project.launch('sh', ['-c', `${slow} ${project.command('start')}`]).ended;
  t.is(code, 1);
  t.regex(stderr, /^error\[no-container\]: .*\nhelp: .*\n$/);
  t.is(project.read('trace').match(/^kill\(-\d+, SIGKILL\)/gm)?.length, 1);
});

/** Red without: `afterFirstStart` in supervise.ts. */
scenario(
  'the code of a start is kept while its supervisor runs, which most often ends by a signal',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n`);
    const caches = project.path('caches');
    const env = { XDG_CACHE_HOME: caches, NODE_DISABLE_COMPILE_CACHE: '' };
    const { code, stderr } = await project.launch('sh', ['-c', project.command('up', '-d')], { env }).ended;
    t.is(code, 0, stderr);
    const kept = await eventually('a cache of the supervisor', () =>
      readdirSync(`${caches}/tscompose`).find((name) => name.endsWith('.supervise')),
    );
    const file = `${caches}/tscompose/${kept}`;
    t.is(readFileSync(file, 'latin1').split('\n')[0], 'supervise!');
    await project.ok('down', '-t', '0');
  },
);
