import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { kill } from 'node:process';
import { nothingWasMade } from './harness/failure.ts';
import { isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const lifeFile = ({ runDirectory, name }: Project): string =>
  `${runDirectory}/${name}/containers/${name}-web-1/life.json`;

const killSupervisor = async (project: Project): Promise<void> => {
  await project.endSupervision();
};

const life = (pid: unknown): string => JSON.stringify({ pid, startTime: '1', startedAt: 1 });

for (const [what, text, keys] of [
  ['empty', '', ''],
  ['a string', '"web"', ''],
  ['of PID 1', life(1), ''],
  ['of PID -1, among the PIDs of the host', life(-1), ', pid: host'],
] as const)
  scenario(
    `a life file that is ${what}: the container goes on, is found, and down removes it`,
    async (t, project) => {
      project.compose(
        `services:\n  web: { ${shell('sleep 1000 & echo ready; wait')}, stop_grace_period: 0s${keys} }\n`,
      );
      await project.up();
      const { Pid } = await project.container('web');
      await killSupervisor(project);
      writeFileSync(lifeFile(project), text);
      await project.up();
      t.is((await project.container('web')).Pid, Pid);
      await killSupervisor(project);
      t.is((await project.container('web')).Pid, Pid, 'its life file was written again');
      await project.change('down');
      t.false(isAlive(Pid));
      await nothingWasMade(project);
    },
  );

scenario('a life file that names a process of somebody else: that is left alone', async (t, project) => {
  project.compose(`services:\n  web: { command: [sleep, "1000"], stop_grace_period: 0s }\n`);
  await project.up();
  const { Pid } = await project.container('web');
  await killSupervisor(project);
  kill(Pid, 'SIGKILL');
  const stranger = spawn('sleep', ['1000']);
  try {
    const startTime = readFileSync(`/proc/${stranger.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19];
    writeFileSync(lifeFile(project), JSON.stringify({ pid: stranger.pid, startTime, startedAt: Date.now() }));
    t.is((await project.container('web')).State, 'exited');
    await project.change('down');
    t.true(isAlive(stranger.pid!));
  } finally {
    stranger.kill();
  }
});

scenario('a life file that is damaged under a live supervisor changes nothing', async (t, project) => {
  project.compose(`services:
  web: { command: [sleep, "1000"], stop_grace_period: 0s, ipc: shareable }
  side: { command: [sleep, "1000"], stop_grace_period: 0s, ipc: "service:web", profiles: [side] }
`);
  await project.up();
  const { Pid } = await project.container('web');
  writeFileSync(lifeFile(project), '');
  await project.ok('--profile', 'side', 'up', '-d');
  t.is((await project.container('side')).State, 'running');
  t.is((await project.container('web')).Pid, Pid);
  await project.ok('--profile', 'side', 'down');
  t.false(isAlive(Pid));
});
