import { rmSync, statSync } from 'node:fs';
import { eventually } from './harness/eventually.ts';
import { nothingWasMade } from './harness/failure.ts';
import { isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const services = `services:
  web: { ${shell('i=0; while :; do i=$((i+1)); echo line $i; sleep 0.2; done')}, stop_grace_period: 0s }
  db: { command: [sleep, "1000"], stop_grace_period: 0s }
`;

const pidsOf = async (project: Project): Promise<readonly number[]> =>
  (await project.containers()).map(({ Pid }) => Pid);

scenario(
  'the run directory is removed under a live supervisor: it makes it again, and everything works',
  async (t, project) => {
    project.compose(services);
    await project.up();
    const [pids, supervisor] = [await pidsOf(project), project.supervisor()];
    const socket = `${project.runDirectory}/${project.name}/supervisor.sock`;
    t.is(statSync(socket).mode & 0o777, 0o600, 'nobody else may ask');
    rmSync(project.runDirectory, { recursive: true });
    const again = await eventually('it is made again', () => statSync(socket, { throwIfNoEntry: false }));
    t.is(again.mode & 0o777, 0o600);
    t.deepEqual(await pidsOf(project), pids);
    t.is(project.supervisor(), supervisor);
    await project.up();
    t.deepEqual(await pidsOf(project), pids, 'there is no second set');
    t.is(await project.exec('web', 'echo', 'inside'), 'inside');
    const before = (await project.ok('logs', 'web')).length;
    await eventually('it goes on printing', async () => (await project.ok('logs', 'web')).length > before);
    await project.ok('restart', 'db');
    t.is((await project.container('db')).State, 'running');

    rmSync(project.runDirectory, { recursive: true });
    const { Pid } = await project.container('db');
    await project.endSupervision();
    t.is((await project.container('db')).Pid, Pid, 'their life files were written again');
    await project.ok('down');
    t.deepEqual([...pids, Pid].filter(isAlive), []);
    await nothingWasMade(project);
  },
);

scenario(
  'the run directory is removed when no supervisor lives: the containers are found by their cgroups',
  async (t, project) => {
    project.compose(services.replace('echo line $i; ', ''));
    await project.up();
    const pids = await pidsOf(project);
    await project.endSupervision();
    rmSync(project.runDirectory, { recursive: true });
    await project.up();
    t.deepEqual(await pidsOf(project), pids);
    await project.ok('down');
    t.deepEqual(pids.filter(isAlive), []);
    await nothingWasMade(project);
  },
);
