import { type Call, callSupervisor, sendBytes } from './harness/control.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

const upgrade = { Connection: 'Upgrade', Upgrade: 'tcp' };

type Refused = readonly [status: number, call: Call, says?: RegExp];

const EMPTY = {
  name: 'x',
  workingDir: '/',
  files: [],
  services: {},
  inactive: [],
  networks: {},
  volumes: {},
};

const post = (path: string, body?: unknown): Call => ({ method: 'POST', path, body });

/** `ID` stands for a container that runs, `EXEC` for an exec of it that waits. */
const refused: readonly Refused[] = [
  // Paths and methods that are none.
  [404, { path: '/' }, /no such call/],
  [404, { path: '/containers' }],
  [404, { path: '/containers//json' }],
  [404, { method: 'DELETE', path: '/containers/json' }],
  [404, { method: 'PUT', path: '/project/up' }],
  [404, { path: '/v1.43/nothing' }],
  [400, { path: '//' }, /URL/],
  [400, { path: 'http://[' }],
  // Escapes.
  [400, { path: '/containers/%E0%A4%A/json' }, /escape/],
  [400, { path: '/containers/%/logs' }],
  [404, { path: '/containers/..%2F..%2Fetc/json' }, /no such container/],
  [404, { path: '/containers/%00/json' }],
  // Names and ids that nobody has.
  [404, { path: '/containers/nobody/json' }, /no such container: nobody/],
  [404, { path: '/containers/__proto__/json' }],
  [404, { path: '/containers/constructor/logs' }],
  [404, post('/containers/nobody/stop')],
  [404, post('/containers/nobody/pause')],
  [404, { path: '/containers/nobody/top' }],
  [404, post('/containers/nobody/kill?signal=9')],
  [404, post('/containers/nobody/exec', { Cmd: ['true'] })],
  [404, { path: '/exec/nobody/json' }, /no such exec/],
  [404, post('/exec/__proto__/start', {})],
  [404, post('/exec/nobody/wait')],
  // Bodies that are no JSON, or of another form.
  [400, post('/containers/ID/exec', '{'), /not JSON/],
  [400, post('/containers/ID/exec', '\u0000\u0001')],
  [400, post('/containers/ID/exec', 'null'), /expected object/],
  [400, post('/containers/ID/exec', '[]')],
  [400, post('/containers/ID/exec', '"Cmd"')],
  [400, post('/containers/ID/exec'), /`Cmd`: expected array/],
  [400, post('/containers/ID/exec', { Cmd: [] }), /`Cmd`: expected at least 1/],
  [400, post('/containers/ID/exec', { Cmd: 'true' })],
  [400, post('/containers/ID/exec', { Cmd: ['true', 5] }), /`Cmd\.1`: expected string/],
  [400, post('/containers/ID/exec', { Cmd: ['true'], Env: { A: 'b' } })],
  [400, post('/containers/ID/exec', { Cmd: ['true'], Tty: 'yes' })],
  [400, post('/containers/ID/exec', { Cmd: ['true'], ConsoleSize: [24] })],
  [400, post('/containers/ID/exec', { Cmd: ['true'], ConsoleSize: [24, -1] })],
  [400, post('/containers/ID/exec', { Cmd: ['true'], ConsoleSize: [24, 70000] })],
  [400, post('/containers/ID/exec', { Cmd: ['true'], Runner: 'runc' }), /direct, reexec/],
  [400, post('/exec/EXEC/start', { Detach: 'true' })],
  [400, post('/project/up', {}), /`project`/],
  [400, post('/project/up', { project: 5, services: [], strict: false }), /`project/],
  [400, post('/project/up', { project: {}, services: [], strict: false }), /`project/],
  [
    400,
    post('/project/up', {
      project: { ...EMPTY, services: { web: { name: 5 } } },
      services: [],
      strict: false,
    }),
    /`project`: \.services\.web\.name is/,
  ],
  [404, post('/project/up', { project: EMPTY, services: ['web'], strict: false }), /no such service: web/],
  [
    400,
    post('/project/up', { project: EMPTY, services: [], strict: false, contents: { 'secrets.a': 5 } }),
    /`contents\.secrets\.a`: expected string/,
  ],
  [400, post('/project/run', { service: 'web' })],
  [400, post('/project/down', 'down')],
  [400, post('/project/down', { services: 'web' }), /`services`: expected array/],
  [400, post('/project/stop', { services: [1] })],
  [400, post('/project/stop', { services: [], timeout: -1 })],
  [400, post('/project/stop', { services: [], timeout: '1' })],
  [400, post('/project/kill', { services: [], signal: 'SIGTREM' }), /SIGTREM/],
  [400, post('/project/kill', { services: [], signal: 9 })],
  [400, post('/project/pause', {}), /`services`/],
  [400, post('/project/remove', { services: [], containers: 'all' }), /`containers`: expected array/],
  // Queries.
  [400, post('/containers/ID/kill?signal=SIGNO'), /invalid signal: `SIGNO`/],
  [400, post('/containers/ID/kill?signal=0')],
  [400, post('/containers/ID/kill?signal=-9')],
  [400, post('/containers/ID/stop?t=soon'), /`t`: expected a number of seconds, got `soon`/],
  [400, post('/containers/ID/resize?w=-1&h=5')],
  [400, post('/containers/ID/resize?w=1e9&h=5')],
  [400, post('/containers/ID/resize?w=70000&h=5'), /up to 65535/],
  [400, post('/containers/ID/wait?condition=tomorrow')],
  [400, { path: '/containers/ID/logs?tail=few' }],
  [400, { path: '/containers/ID/logs?tail=-1' }],
  [400, { path: '/containers/ID/logs?since=yesterday' }],
  [400, { path: '/containers/ID/logs?after=1:0:2' }],
  [400, { path: '/containers/ID/logs?after=1:0:2:3x' }],
  [400, post('/exec/EXEC/resize?w=x')],
  [400, post('/exec/EXEC/kill?signal=NO')],
  [409, post('/exec/EXEC/kill?signal=TERM'), /not running/],
  // Connections to be kept by calls that do not, and the other way round.
  [400, { ...post('/containers/ID/stop'), headers: upgrade }],
  [400, { ...post('/project/down', { services: [] }), headers: upgrade }],
  [404, { ...post('/nothing'), headers: upgrade }],
  [404, { ...post('/exec/nobody/start', {}), headers: upgrade }],
  [400, { ...post('/exec/EXEC/start', '{'), headers: upgrade }],
  [400, post('/containers/ID/attach'), /takes over its connection/],
  [400, post('/project/events')],
  [400, post('/exec/EXEC/start', {})],
];

scenario('a malformed call is refused in the form of Docker, and changes nothing', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const before = await project.container('web');
  const supervisor = project.supervisor();
  const exec = await callSupervisor(project, post(`/containers/${before.Name}/exec`, { Cmd: ['true'] }));
  for (const [status, call, says] of refused) {
    const path = call.path.replace('ID', before.ID).replace('EXEC', exec.body?.Id as string);
    const answer = await callSupervisor(project, { ...call, path });
    const what = `${call.method ?? 'GET'} ${call.path} ${JSON.stringify(call.body)}: ${answer.text}`;
    t.is(answer.status, status, what);
    t.is(typeof answer.body?.message, 'string', what);
    if (says) t.regex(answer.body?.message as string, says);
  }
  t.is(project.supervisor(), supervisor);
  t.deepEqual((await project.container('web')).Pid, before.Pid);
  t.is(project.complaints(), '', 'none of them is a mistake of the supervisor');
});

scenario('what is not HTTP, or ends in the middle, does not end the supervisor', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  await project.up();
  const supervisor = project.supervisor();
  const head = 'POST /project/up HTTP/1.1\r\nHost: x\r\n';
  for (const bytes of [
    '',
    '\u0000\u0001\u0002',
    'HELLO\r\n\r\n',
    'GET /_ping HTTP/9.9\r\n\r\n',
    `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `${head}Content-Length: 100\r\n\r\n{`,
    `${head}Content-Length: minus\r\n\r\n`,
    `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `${head}Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 100\r\n\r\n{`,
    `${head}Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
  ])
    await sendBytes(project, bytes);
  t.is((await callSupervisor(project, { path: '/_ping' })).text, '"OK"');
  t.is(project.supervisor(), supervisor);
  t.is(project.complaints(), '');
});
