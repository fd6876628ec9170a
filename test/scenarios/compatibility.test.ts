import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

scenario(
  '--compatibility names new containers with underscores, and others keep their names',
  async (t, project) => {
    const { name } = project;
    const yaml = (color: string) => `services:
  old: { ${stays()} }
  web: { ${stays()}, environment: { COLOR: ${color} }, ipc: "service:old" }
  named: { ${stays()}, container_name: ${name}-special }
`;
    const names = async () => (await project.containers()).map(({ Name }) => Name).toSorted();
    project.compose(yaml('red'));
    await project.up('old');
    await project.ok('--compatibility', 'up', '-d');
    const expected = [`${name}-old-1`, `${name}-special`, `${name}_web_1`];
    t.deepEqual(await names(), expected);
    const kept = await project.container('web');

    // Neither a later command without the option nor a changed service gives a container another name.
    await project.up();
    t.is((await project.container('web')).ID, kept.ID);
    project.compose(yaml('blue'));
    await project.up();
    t.not((await project.container('web')).ID, kept.ID);
    t.deepEqual(await names(), expected);
    await project.ok('stop', 'web');
    await project.ok('start', 'web');
    t.is((await project.container('web')).State, 'running');

    project.write('.env', 'COMPOSE_COMPATIBILITY=true\n');
    await project.ok('run', '-d', '--no-deps', 'old');
    t.regex((await names()).join(' '), new RegExp(`${name}_old_run_[0-9a-f]{12}`));
    await project.ok('down', '-t', '0', '--remove-orphans');
    await project.up('old');
    t.deepEqual(await names(), [`${name}_old_1`]);
    await project.ok('down', '-t', '0');
    const without = project.begin(['--compatibility=false', 'up', '-d', 'old']);
    t.is((await without.ended).code, 0);
    t.deepEqual(await names(), [`${name}-old-1`]);
  },
);
