import { existsSync } from 'node:fs';
import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const SERVICES = 12;

const many = `services:\n${Array.from({ length: SERVICES }, (_, index) => `  s${index + 1}: { ${stays()} }\n`).join('')}`;

scenario(
  'Ctrl-C on up -d: what was begun is finished, and can be seen and taken down',
  async (t, project) => {
    project.compose(many);
    for (const moment of ['Network', 's1-1 Created', 's1-1 Started']) {
      const up = project.begin(['up', '-d']);
      await up.prints(moment);
      up.signal('SIGINT');
      const { code, stderr } = await up.ended;
      // It may have been over by then.
      t.true(code === 130 || code === 0, `${code}`);
      if (code === 130) t.regex(stderr, /interrupted; .*`tscompose down`/);
      await eventually('all of them run', async () => {
        const states = (await project.containers()).map(({ State }) => State);
        if (states.length !== SERVICES || !states.every((state) => state === 'running'))
          throw new Error(states.join(' '));
        return true;
      });
      await project.ok('down', '-t', '0');
    }
  },
);

scenario('Ctrl-C before anything is made leaves nothing', async (t, project) => {
  project.compose(many);
  const up = project.begin(['up', '-d']);
  await eventually('its supervisor is there', () => project.supervisor() !== undefined);
  up.signal('SIGKILL');
  await up.ended;
  await eventually('its supervisor is gone, or looks after something', async () => {
    const supervisor = project.supervisor();
    if (supervisor === undefined) return true;
    return (await project.containers()).length > 0;
  });
  await project.ok('down', '-t', '0');
  t.false(existsSync(project.path(`.run/${project.name}`)));
});
