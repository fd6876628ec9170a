import { statSync } from 'node:fs';
import { callSupervisor } from './harness/control.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

/** The file behind a standard stream of a process. */
const inodeOf = (path: string): string => {
  const { dev, ino } = statSync(path);
  return `${dev}:${ino}`;
};

const streamOf = (pid: number, stream: number): string => `/proc/${pid}/fd/${stream}`;

// Red without: nullInputSteps in container/process/stdio.ts, nullStreamsSteps in container/root/null.ts.
scenario(
  'the null device of standard input is neither the host’s nor that of another container',
  async (t, project) => {
    project.write('dev/there', '');
    project.compose(`services:
  web: { ${stays()} }
  init: { ${stays()}, init: true }
  privileged: { ${stays()}, privileged: true }
  volume: { ${stays()}, volumes: ["./dev:/dev"] }
  memory: { ${stays()}, tmpfs: /dev }
`);
    const host = inodeOf('/dev/null');
    const { mode } = statSync('/dev/null');
    await project.up();
    const seen = [host];
    const pids = (await project.containers()).map(({ Pid }) => Pid);
    const execs = [await detached(project, 'web'), await detached(project, 'volume')];
    for (const pid of [...pids, ...execs]) seen.push(inodeOf(streamOf(pid, 0)));
    t.is(new Set(seen).size, 8, seen.join(' '));
    for (const pid of execs)
      for (const stream of [1, 2]) t.is(inodeOf(streamOf(pid, stream)), inodeOf(streamOf(pid, 0)));
    for (const pid of pids) t.is(statSync(streamOf(pid, 0)).rdev, statSync('/dev/null').rdev);
    await project.exec('web', 'sh', '-c', 'chmod 600 /proc/1/fd/0 && : </proc/1/fd/0');
    t.is(statSync('/dev/null').mode, mode);
    t.deepEqual(await list(project, 'volume'), ['there']);
  },
);

const list = async (project: Project, service: string): Promise<readonly string[]> =>
  (await project.exec(service, 'ls', '/dev')).split('\n');

/** The PID of a further process without streams. */
const detached = async (project: Project, service: string): Promise<number> => {
  const post = (path: string, body: unknown) => callSupervisor(project, { method: 'POST', path, body });
  const command = { Cmd: ['sleep', '1000'], Env: null, User: '', WorkingDir: '', Tty: false };
  const { body: made } = await post(`/containers/${project.name}-${service}-1/exec`, command);
  await post(`/exec/${made?.Id}/start`, { Detach: true });
  const { body } = await callSupervisor(project, { path: `/exec/${made?.Id}/json` });
  return body?.Pid as number;
};
