import { connect } from 'node:net';
import type { RunRequest } from '../../src/api/calls/run.ts';
import type { Event } from '../../src/api/events.ts';
import { httpOver } from '../../src/api/http.ts';
import { clientOver, Ended } from '../../src/api/http-client.ts';
import { loadProject } from '../../src/project/load.ts';
import { callSupervisor, socketOf } from './harness/control.ts';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const headers = { Connection: 'Upgrade', Upgrade: 'tcp' };

scenario('calls that wait for a container end when it is removed, started or not', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  job: { command: ["true"] }\n`);
  await project.up('web');
  await project.ok('up', '--no-start', 'job');
  const path = `/containers/${project.name}-job-1`;
  const attached = callSupervisor(project, { method: 'POST', path: `${path}/attach`, headers });
  const waited = callSupervisor(project, { method: 'POST', path: `${path}/wait?condition=next-exit` });
  // Answered behind the two, whose connections are open by then.
  await callSupervisor(project, { path: '/_ping' });
  await project.change('down');
  t.like(await attached, { status: 101, text: '' });
  t.is((await waited).status, 404);
});

scenario('an attached caller has all output of a container that ends at once', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  job: { ${shell('echo words')} }\n`);
  await project.up('web');
  for (let round = 0; round < 5; round++) {
    await project.ok('up', '--no-start', '--force-recreate', 'job');
    const path = `/containers/${project.name}-job-1`;
    const attached = callSupervisor(project, { method: 'POST', path: `${path}/attach`, headers });
    await callSupervisor(project, { path: '/_ping' });
    await callSupervisor(project, { method: 'POST', path: `${path}/start` });
    t.is((await attached).text.slice(8), 'words\n');
  }
});

// Red without: the write of nothing in attach.ts, for a container with a terminal.
scenario('a caller that leaves before the container starts keeps no supervisor', async (t, project) => {
  project.compose(`services:
  web: { ${stays()} }
  job: { command: ["true"] }
  screen: { command: ["true"], tty: true }
`);
  await project.up('web');
  await project.ok('up', '--no-start', 'job', 'screen');
  for (const [service, call] of [
    ['job', 'attach HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp'],
    ['job', 'wait?condition=next-exit HTTP/1.1'],
    ['screen', 'attach HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp'],
  ]) {
    const socket = connect(socketOf(project));
    socket.write(`POST /containers/${project.name}-${service}-1/${call}\r\nHost: x\r\n\r\n`);
    await callSupervisor(project, { path: '/_ping' });
    socket.destroy();
  }
  t.is((await project.container('screen'))?.State, 'created', 'only a one-off is removed with its caller');
  await project.changeAtOnce('stop');
  await eventually('the supervisor is gone', () => project.supervisor() === undefined);
});

// Red without: dropUnstarted in attach.ts, or the attach of a cancelled run in http-client.ts.
scenario('a run that is cancelled before its command starts leaves no container', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  job: { command: ["true"] }\n`);
  await project.up('web');
  const controller = new AbortController();
  const onEvent = (event: Event): void => {
    if (event.type === 'container.created') controller.abort();
  };
  const client = clientOver(httpOver(socketOf(project), () => Promise.reject(new Error('no supervisor'))));
  const ended = client.run(requestFor(project, 'job'), onEvent, controller.signal);
  await t.throwsAsync(ended, { instanceOf: Ended });
  await eventually('no one-off is left', async () => (await project.containers()).length === 1);
});

const requestFor = (project: Project, service: string): RunRequest => ({
  project: loadProject({
    files: [project.path('compose.yaml')],
    environment: { COMPOSE_PROJECT_NAME: project.name },
    cwd: project.path('.'),
    strict: false,
  }).project!,
  service,
  strict: false,
  command: [],
  environment: {},
  tty: false,
  interactive: true,
  detach: false,
  remove: false,
  noDeps: true,
});
