import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

scenario(
  'ls counts containers from the state of the machine, with and without a supervisor [limits]',
  async (t, project) => {
    project.compose(
      `services:\n  a: { ${shell('sleep 1000')} }\n  b: { ${shell('sleep 1000')} }\n  job: { ${shell('exit 0')} }\n`,
    );
    const list = async (...words: readonly string[]): Promise<unknown> =>
      JSON.parse(await project.ok('ls', '--format', 'json', ...words));
    const row = (Status: string) => [
      { Name: project.name, Status, ConfigFiles: project.path('compose.yaml') },
    ];
    t.deepEqual(await list('-a'), []);
    await project.up();
    await eventually('the job is over', async () => (await project.container('job')).State === 'exited');
    await project.change('pause', 'b');
    t.deepEqual(await list(), row('paused(1), running(1)'));

    await project.endSupervision();
    t.deepEqual(await list('--all'), row('exited(1), paused(1), running(1)'));
    t.is(project.supervisor(), undefined, 'to list starts nothing');
    await project.change('kill');
    await eventually('the supervisor has ended', () => project.supervisor() === undefined);
    t.is(await project.ok('ls', '-q'), '');
    t.deepEqual(await list('-a', '--filter', `name=${project.name}`), row('exited(3)'));
    t.is((await project.tscompose('ls', '--filter', 'status=running')).code, 1);
  },
);
