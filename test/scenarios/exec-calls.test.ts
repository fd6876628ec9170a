import { callSupervisor } from './harness/control.ts';
import { eventually } from './harness/eventually.ts';
import { isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const request = (...Cmd: readonly string[]) => ({
  Cmd,
  // As Docker's client sends it.
  Env: null,
  User: '',
  WorkingDir: '',
  Tty: false,
});

const upgrade = { Connection: 'Upgrade', Upgrade: 'tcp' };

const open = async (project: Project, body: unknown): Promise<string> => {
  const path = `/containers/${project.name}-web-1/exec`;
  const { status, body: answer, text } = await callSupervisor(project, { method: 'POST', path, body });
  if (status !== 201) throw new Error(`${status} ${text}`);
  return answer?.Id as string;
};

const post = (project: Project, path: string) =>
  callSupervisor(project, { method: 'POST', path, body: { Detach: true } });

/** Starts it, with its output in the answer. */
const attach = (project: Project, id: string) =>
  callSupervisor(project, { method: 'POST', path: `/exec/${id}/start`, body: {}, headers: upgrade });

const inspect = async (project: Project, id: string) =>
  (await callSupervisor(project, { path: `/exec/${id}/json` })).body;

scenario('an exec starts once; how it has ended can be asked for afterwards', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const id = await open(project, request('sh', '-c', 'exit 7'));
  t.like(await inspect(project, id), { Running: false, ExitCode: null, Pid: 0 });
  t.is((await post(project, `/exec/${id}/start`)).status, 200);
  t.like((await post(project, `/exec/${id}/wait`)).body, { StatusCode: 7 });
  t.like(await inspect(project, id), { ID: id, Running: false, ExitCode: 7 });
  const again = await post(project, `/exec/${id}/start`);
  t.is(again.status, 409);
  t.regex(again.body?.message as string, /has already run/);
});

scenario('an exec that is asked to start twice at once makes one process', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const id = await open(project, request('sh', '-c', 'echo x >>/tmp/count; exec sleep 1000'));
  const both = await Promise.all([post(project, `/exec/${id}/start`), post(project, `/exec/${id}/start`)]);
  t.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
  await eventually('it runs', async () => (await project.exec('web', 'cat', '/tmp/count')) === 'x');
  const { Pid } = (await inspect(project, id)) as { Pid: number };
  t.true(isAlive(Pid));
  t.is((await post(project, `/exec/${id}/kill?signal=9`)).status, 204);
  t.like((await post(project, `/exec/${id}/wait`)).body, { StatusCode: 137 });
  t.is((await post(project, `/exec/${id}/kill?signal=TERM`)).status, 409, 'nobody is left to hear it');
});

scenario('an exec that fails has the exit code of its failure', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const id = await open(project, request('no-such-thing'));
  t.is((await post(project, `/exec/${id}/start`)).status, 400);
  t.like(await inspect(project, id), { Running: false, ExitCode: 127 });
  t.like((await post(project, `/exec/${id}/wait`)).body, { StatusCode: 127 });
});

scenario('an attached exec passes its output on in frames', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const id = await open(project, request('echo', 'words'));
  const { status: refused } = await callSupervisor(project, { method: 'POST', path: `/exec/${id}/start` });
  t.is(refused, 400, 'it takes over the connection');
  const { status, text } = await attach(project, id);
  t.is(status, 101);
  t.is(text, '\u0001\0\0\0\0\0\0\u0006words\n');
});

scenario('an entry of the environment without `=` removes the variable', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()}, environment: { FOO: file, BAR: file } }\n`);
  await project.up();
  const id = await open(project, {
    ...request('sh', '-c', 'echo ${FOO-none} ${FO-none} $BAR'),
    Env: ['FOO', 'BAR=a=b'],
  });
  const { text } = await attach(project, id);
  t.is(text.slice(8), 'none none a=b\n');
});
