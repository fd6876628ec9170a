import { connect } from 'node:net';
import { callSupervisor, socketOf } from './harness/control.ts';
import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const headers = { Connection: 'Upgrade', Upgrade: 'tcp' };

scenario('calls that wait for a container end when it is removed, started or not', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  job: { command: ["true"] }\n`);
  await project.ok('up', '-d', 'web');
  await project.ok('up', '--no-start', 'job');
  const path = `/containers/${project.name}-job-1`;
  const attached = callSupervisor(project, { method: 'POST', path: `${path}/attach`, headers });
  const waited = callSupervisor(project, { method: 'POST', path: `${path}/wait?condition=next-exit` });
  // Answered behind the two, whose connections are open by then.
  await callSupervisor(project, { path: '/_ping' });
  await project.ok('down');
  t.like(await attached, { status: 101, text: '' });
  t.is((await waited).status, 404);
});

scenario('an attached caller has all output of a container that ends at once', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  job: { ${shell('echo words')} }\n`);
  await project.ok('up', '-d', 'web');
  for (let round = 0; round < 5; round++) {
    await project.ok('up', '--no-start', '--force-recreate', 'job');
    const path = `/containers/${project.name}-job-1`;
    const attached = callSupervisor(project, { method: 'POST', path: `${path}/attach`, headers });
    await callSupervisor(project, { path: '/_ping' });
    await callSupervisor(project, { method: 'POST', path: `${path}/start` });
    t.is((await attached).text.slice(8), 'words\n');
  }
});

scenario('a caller that leaves before the container starts keeps no supervisor', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  job: { command: ["true"] }\n`);
  await project.ok('up', '-d', 'web');
  await project.ok('up', '--no-start', 'job');
  const path = `/containers/${project.name}-job-1`;
  for (const call of [
    'attach HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp',
    'wait?condition=next-exit HTTP/1.1',
  ]) {
    const socket = connect(socketOf(project));
    socket.write(`POST ${path}/${call}\r\nHost: x\r\n\r\n`);
    await callSupervisor(project, { path: '/_ping' });
    socket.destroy();
  }
  await project.ok('stop', '-t', '0');
  await eventually('the supervisor is gone', () => project.supervisor() === undefined);
  t.pass();
});
