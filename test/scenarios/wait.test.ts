import { kill } from 'node:process';
import { isRefused } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

/** It ends when it is told to, with this exit code. */
const ends = (code: number): string =>
  shell(`trap "exit ${code}" USR1; echo ready; while :; do sleep 1000 & wait $!; done`);

scenario(
  'wait prints exit codes as containers exit, and exits with the first service’s that has failed',
  async (t, project) => {
    project.compose(
      `services:\n  early: { ${shell('exit 5')} }\n  first: { ${ends(3)} }\n  last: { ${ends(4)} }\n  none: { ${shell('exit 0')} }\n  stay: { ${stays()}, stop_grace_period: 0s }\n`,
    );
    await project.ok('create', 'stay');
    isRefused(t, await project.tscompose('wait'), { errors: ['usage'] });
    isRefused(t, await project.tscompose('wait', 'nobody'), { errors: ['unknown-service'] });
    isRefused(t, await project.tscompose('wait', 'stay'), {
      errors: ['no-container'],
      says: new RegExp(`no containers for project "${project.name}"`),
    });
    await project.up();
    const said = async (service: string, code: number) =>
      `container "${(await project.container(service)).ID}" exited with status code ${code}\n`;
    const [early, first, last] = [await said('early', 5), await said('first', 3), await said('last', 4)];
    const pid = async (service: string) => (await project.container(service)).Pid;
    const waiting = project.begin(['wait', 'first', 'last', 'early']);
    await waiting.prints(early);
    // The next supervisor goes on with what the command waits for.
    kill(project.supervisor()!, 'SIGKILL');
    await project.ok('ps');
    kill(await pid('first'), 'SIGUSR1');
    await waiting.prints(first);
    kill(await pid('last'), 'SIGUSR1');
    const { code, stdout } = await waiting.ended;
    t.deepEqual([code, stdout], [3, early + first + last]);
    t.is((await project.container('stay')).State, 'running');
    // What has exited before is no error.
    t.deepEqual(await project.tscompose('wait', 'first').then((result) => [result.code, result.stdout]), [
      3,
      first,
    ]);

    // Which of them ended last does not matter.
    for (const services of [
      ['none', 'last', 'early'],
      ['last', 'early', 'none'],
    ])
      t.is((await project.tscompose('wait', ...services)).code, 4);

    const down = await project.tscompose('wait', '--down-project', 'early');
    t.deepEqual([down.code, down.stdout], [5, early]);
    t.deepEqual(await project.containers(), []);
  },
);
