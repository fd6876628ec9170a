import { needs } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const scenario = needs('script');

scenario('a command sees the size of the window from its first moment', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  for (const words of [['exec'], ['run', '--rm']]) {
    const line = `stty rows 33 cols 77; ${project.command(...words, 'web', 'sh', '-c', 'stty size; read go')}`;
    const session = project.launch('script', ['-qec', line, '/dev/null'], { interactive: true });
    await session.prints('33 77');
    session.stdin.write('go\n');
    t.is((await session.ended).code, 0, words.join(' '));
  }
});
