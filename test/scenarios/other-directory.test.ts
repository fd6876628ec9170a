import { renameSync } from 'node:fs';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

// Red without: checkOwner in record/owner.ts, or, at the end, its look at a directory that is gone.
scenario('commands of another directory with the same project name are refused', async (t, project) => {
  const text = `name: ${project.name}\nservices:\n  web: { ${stays()}, stop_grace_period: 0s }\n`;
  project.compose(text);
  project.write('one/compose.yaml', text);
  project.write('two/compose.yaml', text);
  const inside = (directory: string, ...words: readonly string[]) =>
    project.begin(words, { cwd: project.path(directory) }).ended;
  t.is((await inside('one', 'up', '-d')).code, 0);
  const { Pid } = await project.container('web');

  const commands = [
    'down',
    'stop',
    'start',
    'restart',
    'kill',
    'ps',
    'logs',
    'up -d',
    'run web true',
    'exec web true',
    'pause',
    'rm -fs',
    'create',
    'wait web',
    'top',
  ];
  for (const line of commands) {
    const { code, stderr } = await inside('two', ...line.split(' '));
    t.is(code, 1, line);
    t.regex(stderr, /error\[project-elsewhere\]/, line);
  }
  t.is((await project.container('web')).Pid, Pid);

  // Red without: `nameIsExplicit` in connect.ts, or in owner.ts for those that make containers.
  for (const command of ['exec -T', 'run -T --rm'])
    t.is(
      (await inside('two', '-p', project.name, ...command.split(' '), 'web', 'true')).code,
      0,
      'the name is consent',
    );
  renameSync(project.path('one'), project.path('moved'));
  t.is((await inside('two', 'down')).code, 0, 'the directory is gone');
  t.deepEqual(await project.containers(), []);
});
