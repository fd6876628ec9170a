import { isRefused } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

scenario('create makes containers that start and up start, and down removes', async (t, project) => {
  const yaml = (color: string) =>
    `services:\n  web: { ${stays()}, depends_on: [db], environment: { COLOR: ${color} }, stop_grace_period: 0s }\n  db: { ${stays()}, stop_grace_period: 0s }\n  other: { ${stays()} }\n`;
  const states = async () => (await project.containers()).map(({ Service, State }) => `${Service} ${State}`);
  const id = async () => (await project.container('web')).ID;
  project.compose(yaml('red'));
  const { code, stderr } = await project.tscompose('create', 'web');
  t.is(code, 0, stderr);
  for (const service of ['db', 'web'])
    t.regex(stderr, new RegExp(`Container ${project.name}-${service}-1 +Created`));
  t.deepEqual(await states(), ['db created', 'web created']);

  const first = await id();
  await project.ok('create', 'web');
  t.is(await id(), first);
  project.compose(yaml('blue'));
  await project.ok('create', '--no-recreate', 'web');
  t.is(await id(), first);
  await project.ok('create', 'web');
  const second = await id();
  t.not(second, first);
  isRefused(t, await project.tscompose('create', '--force-recreate', '--no-recreate'), {
    errors: ['usage'],
    says: /--force-recreate and --no-recreate are incompatible/,
  });
  await project.ok('start', 'web');
  t.deepEqual([await states(), await id()], [['db running', 'web running'], second]);
  await project.ok('create');
  t.deepEqual(await states(), ['db running', 'other created', 'web running']);
  await project.ok('down', '-t', '0');
  t.deepEqual(await project.containers(), []);
});
