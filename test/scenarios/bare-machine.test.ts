import { mkdirSync } from 'node:fs';
import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const COMPOSE = `services:\n  web: { memory: 64m, ${stays()} }\n`;

scenario('without cgroups a limit is a warning, and the service runs', async (t, project) => {
  project.compose(COMPOSE);
  const without = (words: readonly string[]) =>
    project.launch('unshare', [
      '-m',
      'sh',
      '-c',
      `umount -R /sys/fs/cgroup; exec ${project.command(...words)}`,
    ]).ended;
  const strict = await without(['--strict', 'up', '-d']);
  t.is(strict.code, 1);
  t.regex(strict.stderr, /error\[no-controller\]: `memory` cannot be set/);
  t.regex(strict.stderr, /compose\.yaml:2:\d+/);
  await eventually('the supervisor ends with its caller', () => project.supervisor() === undefined);
  const { code, stderr } = await without(['up', '-d']);
  t.is(code, 0, stderr);
  t.regex(stderr, /warning\[no-controller\]: `memory` cannot be set/);
  t.regex(stderr, /warning\[no-controller\]: device nodes cannot be restricted/);
  t.is((await project.container('web')).State, 'running');
});

scenario('a /proc of another PID namespace is refused before anything is created', async (t, project) => {
  project.compose(COMPOSE);
  const { code, stderr } = await project.launch('unshare', [
    '--pid',
    '--fork',
    ...['sh', '-c', project.command('up', '-d')],
  ]).ended;
  t.is(code, 1);
  t.regex(stderr, /error\[foreign-proc\].*\n.*--mount-proc/s);
  await eventually('the supervisor ends with its caller', () => project.supervisor() === undefined);
});

scenario(
  'where the state directory cannot carry a layer, it is in memory and said so',
  async (t, project) => {
    project.compose(COMPOSE);
    for (const name of ['lower', 'upper', 'work']) mkdirSync(project.path(name));
    mkdirSync(project.stateDirectory);
    // An overlay cannot be the upper layer of another one.
    const options = `lowerdir=${project.path('lower')},upperdir=${project.path('upper')},workdir=${project.path('work')}`;
    const words = `mount -t overlay overlay -o ${options} ${project.stateDirectory}; exec ${project.command('up', '-d')}`;
    const { code, stderr } = await project.launch('unshare', ['-m', 'sh', '-c', words]).ended;
    t.is(code, 0, stderr);
    t.regex(stderr, /warning\[overlay-on-tmpfs\]/);
    await project.exec('web', 'sh', '-c', 'echo x > /srv/written');
    t.is(await project.exec('web', 'cat', '/srv/written'), 'x');
  },
);
