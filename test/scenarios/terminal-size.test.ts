import { needs } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const scenario = needs('script');

scenario('a command sees the size of the window from its first moment', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.ok('up', '-d');
  for (const words of [
    ['exec', 'web', 'stty', 'size'],
    ['run', '--rm', 'web', 'stty', 'size'],
  ]) {
    const line = `stty rows 33 cols 77; ${project.command(...words)}`;
    const { stdout } = await project.launch('script', ['-qec', line, '/dev/null']).ended;
    t.regex(stdout, /33 77/, words.join(' '));
  }
});
