import { execFileSync } from 'node:child_process';
import { kill } from 'node:process';
import { eventually } from './harness/eventually.ts';
import { needs } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

needs('chattr')(
  'an error at the end of a container is said once, and the supervisor goes on',
  async (t, project) => {
    project.compose(`services:\n  web: { ${stays()} }\n  db: { ${stays()} }\n`);
    await project.up();
    const supervisor = project.supervisor();
    const { Pid } = await project.container('web');
    const directory = `${project.runDirectory}/${project.name}/containers/${project.name}-web-1`;
    execFileSync('chattr', ['+i', directory]);
    try {
      kill(Pid, 'SIGKILL');
      await eventually('it has ended', async () => (await project.container('web')).State === 'exited');
    } finally {
      execFileSync('chattr', ['-i', directory]);
    }
    t.is(project.supervisor(), supervisor);
    const first = await project.tscompose('ps');
    const second = await project.tscompose('ps');
    t.is(first.code, 0);
    t.is((first.stderr + second.stderr).split('warning[supervisor-error]').length, 2, first.stderr);
    t.is((await project.container('db')).State, 'running');
    await project.up();
    t.is((await project.container('web')).State, 'running');
  },
);
