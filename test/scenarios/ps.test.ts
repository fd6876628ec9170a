import { version } from '../../src/base/version.ts';
import { eventually } from './harness/eventually.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const yaml = `services:
  web: { ${stays()}, labels: { mine: yes it is } }
  job: { ${shell('exit 9')} }
`;

scenario('ps shows what runs, -a also what does not', async (t, project) => {
  project.compose(yaml);
  await project.up();
  await eventually('the job is over', async () => (await project.container('job')).State === 'exited');
  const { Pid, Networks } = await project.container('web');
  const [header = '', ...rows] = (await project.ok('ps')).trimEnd().split('\n');
  t.deepEqual(header.trim().split(/ {2,}/), [
    ...['NAME', 'IMAGE', 'COMMAND', 'SERVICE', 'CREATED', 'STATUS', 'PORTS', 'PID', 'NETWORKS'],
  ]);
  t.is(rows.length, 1);
  t.regex(
    rows[0]!,
    new RegExp(`^${project.name}-web-1 +host +"sh.* web +.* ago +Up .* ${Pid} .*${Networks} \\d+\\.\\d+`),
  );
  t.regex(await project.ok('ps', '-a'), /job +.* ago +Exited \(9\)/);
  t.is(await project.ok('ps', '-a', '--services'), 'job\nweb\n');
  t.is(await project.ok('ps', '--status', 'exited', '--services'), 'job\n');
  project.write('docker/config.json', JSON.stringify({ psFormat: 'table {{.Service}}\\t{{.State}}' }));
  const configured = { env: { DOCKER_CONFIG: project.path('docker') } };
  t.is((await project.begin(['ps'], configured).ended).stdout, 'SERVICE   STATE\nweb       running\n');
  t.is(
    (await project.begin(['ps', '--format', '{{.Name}}'], configured).ended).stdout,
    `${project.name}-web-1\n`,
  );
});

scenario('ps --format json is one object a line, with the keys that other tools read', async (t, project) => {
  project.compose(yaml);
  project.write('.env', 'A=1\n');
  await project.up();
  const web = await project.container('web');
  t.is(web.Name, `${project.name}-web-1`);
  t.is(web.State, 'running');
  t.is(web.ExitCode, 0);
  t.regex(web.ID, /^[0-9a-f]{64}$/);
  t.is(web.Networks, `${project.name}_default`);
  for (const label of [
    'mine=yes it is',
    `com.docker.compose.project=${project.name}`,
    'com.docker.compose.service=web',
    'com.docker.compose.container-number=1',
    'com.docker.compose.image=host',
    `com.docker.compose.project.environment_file=${project.path('.env')}`,
    `com.docker.compose.version=${version}`,
    `com.docker.compose.project.working_dir=${project.directory}`,
  ])
    t.true(web.Labels.split(',').includes(label), label);
  t.is((await project.ok('ps', '-q', 'web')).trim(), web.ID);
  t.is(
    await project.ok('ps', '-a', '--filter', 'status=exited', '--orphans=false', '--format', '{{.Service}}'),
    'job\n',
  );
  const all = JSON.parse(await project.ok('ps', '-a', '--format', 'json-array')) as unknown[];
  t.is(all.length, 2);
});

scenario('ps without a project is empty, and of an unknown service an error', async (t, project) => {
  project.compose(yaml);
  t.regex(await project.ok('ps'), /^NAME[^\n]*\n$/);
  t.is(await project.ok('ps', '--format', 'json'), '');
  t.is((await project.tscompose('ps', 'nobody')).code, 1);
  t.is(project.supervisor(), undefined, 'to look starts nothing');
});
