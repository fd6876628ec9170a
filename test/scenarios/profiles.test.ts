import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const file = `services:
  web: { ${stays()} }
  tools: { ${stays()}, profiles: [debug], networks: [away] }
networks: { away: }
`;

scenario(
  'a service with a profile starts when it is asked for, and stays when it is not',
  async (t, project) => {
    project.compose(file);
    const running = async () => (await project.containers()).map(({ Service }) => Service).sort();
    await project.up();
    t.deepEqual(await running(), ['web']);
    await project.ok('--profile', 'debug', 'up', '-d');
    t.deepEqual(await running(), ['tools', 'web']);

    const { stderr } = await project.tscompose('up', '-d', '--remove-orphans');
    const nothing = `Container ${project.name}-web-1 Running\nnothing to do: everything is up to date\n`;
    t.is(stderr, nothing, 'a service of the file is no orphan');
    t.deepEqual(await running(), ['tools', 'web']);

    await project.change('down');
    t.deepEqual(await running(), [], 'down takes all of the project along');
  },
);

scenario('a service that is named is started with its profile', async (t, project) => {
  project.compose(file);
  await project.up('tools');
  t.deepEqual(
    (await project.containers()).map(({ Service }) => Service),
    ['tools'],
  );
  const { stdout } = await project.tscompose('run', '--rm', 'tools', 'echo', 'in tools');
  t.regex(stdout, /in tools/);
});

scenario('what is said of orphans, and done with them, may stand in .env', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  old: { ${stays()} }\n`);
  await project.up();
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const said = async () => (await project.tscompose('up', '-d')).stderr;
  t.regex(await said(), /orphan-containers/);
  writeFileSync(join(project.directory, '.env'), 'COMPOSE_IGNORE_ORPHANS=1\n');
  t.notRegex(await said(), /orphan-containers/);
  const both = await project.tscompose('up', '-d', '--remove-orphans');
  t.regex(both.stderr, /cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans/);
  writeFileSync(join(project.directory, '.env'), 'COMPOSE_REMOVE_ORPHANS=1\n');
  t.regex(await said(), /-old-1 Removed$/m);
});

scenario('the example of several environments', async (t, project) => {
  const directory = fileURLToPath(new URL('../../examples/environments', import.meta.url));
  cpSync(directory, project.directory, { recursive: true });
  await project.up();
  t.deepEqual((await project.containers()).map(({ Service }) => Service).sort(), ['store', 'web']);
  const script = 'until node -e "fetch(\'http://web\')" 2>/dev/null; do :; done';
  await project.ok('run', '--rm', '--entrypoint', 'sh', 'check', '-c', script);
  const { stdout } = await project.tscompose('run', '--rm', 'check');
  t.is(stdout, 'web says hello: 3 shelves\n');
});

scenario('a file in which every service has a profile needs one', async (t, project) => {
  project.compose(`services:\n  tools: { ${stays()}, profiles: [debug] }\n`);
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 1);
  t.regex(stderr, /no service selected: all of them have profiles/);
});
