import { isRefused, nothingWasMade } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';

const refused = `services:
  web:
    command: [no-such-command]
    user: nobody-here
    group_add: [nobody-there]
    cpuset: "4095"
    ipc: container:elsewhere
    blkio_config: { device_read_bps: [{ path: /dev/nothing-here, rate: 1mb }] }
    depends_on: [db]
  db: { command: [also-missing] }
  one: { command: "true", networks: [narrow] }
  two: { command: "true", networks: [narrow] }
  fine: { command: "true" }
networks:
  narrow: { ipam: { config: [{ subnet: 198.51.100.0/30 }] } }
`;

scenario('config asks nothing of the machine, --strict config all that up would', async (t, project) => {
  project.compose(refused);
  t.is((await project.tscompose('config', '-q')).code, 0);
  const asked = await project.tscompose('--strict', 'config', 'web');
  isRefused(t, asked, {
    code: 127,
    errors: [
      'no-container',
      ...['invalid-value', 'invalid-value', 'invalid-value', 'invalid-value'],
      ...['command-not-found', 'command-not-found'],
    ],
    at: [7, 6, 8, 4, 5, 3, 10].map((line) => `compose.yaml:${line}:${COLUMNS[line]}`),
  });
  isRefused(t, await project.tscompose('--strict', 'config', '-q', 'one', 'two'), {
    errors: ['subnet-exhausted'],
    at: ['compose.yaml:15:11'],
  });
  t.regex(await project.ok('--strict', 'config', 'fine'), /^ {2}fine:$/m);
  await nothingWasMade(project);

  // Its first errors are those that are found before commands are looked for.
  const { stderr } = await project.tscompose('--strict', 'up', '-d', 'web');
  t.is(stderr.match(/^error/gm)?.length, 5, stderr);
  t.true(asked.stderr.startsWith(stderr.trimEnd()), stderr);
});

/** The column of each refused value, by its line. */
const COLUMNS: Readonly<Record<number, number>> = { 3: 14, 4: 11, 5: 17, 6: 13, 7: 10, 8: 47, 10: 18 };

scenario('--strict config knows the records, the limits and the socket of a machine', async (t, project) => {
  const taken = `${project.name}-taken`;
  project.compose(`services: { old: { command: [sleep, "1000"], container_name: ${taken} } }\n`);
  await project.ok('up', '-d');
  t.is((await project.tscompose('--strict', 'config', '-q')).code, 0);

  project.compose(`services:
  old: { command: [sleep, "1000"] }
  new: { command: [sleep, "1000"], container_name: ${taken}, memory: 64m }
`);
  const clash = { errors: ['name-in-use'], at: ['compose.yaml:3:52'] };
  isRefused(t, await project.tscompose('--strict', 'config', '-q'), clash);
  const elsewhere = await project.tscompose('-p', `${project.name}-b`, '--strict', 'config', '-q');
  isRefused(t, elsewhere, { ...clash, says: /in use by project scenario-/ });

  const line = `umount -lR /sys/fs/cgroup && ${project.command('--strict', 'config', '-q', 'new')}`;
  const hidden = await project.launch('unshare', ['-m', 'sh', '-c', line]).ended;
  isRefused(t, hidden, {
    errors: ['no-controller', 'no-controller', 'name-in-use'],
    says: /`memory` cannot be set/,
  });

  const env = { TSCOMPOSE_RUN_DIR: project.path('x'.repeat(100)) };
  const long = await project.begin(['--strict', 'config', '-q'], { env }).ended;
  isRefused(t, long, { errors: ['invalid-project-name'] });

  project.compose('services: { old: { command: [sleep, "1000"], profiles: [rare] } }\n');
  const none = await project.tscompose('--strict', 'config', '-q');
  isRefused(t, none, { errors: ['missing-key'], says: /no service selected/ });

  const empty = project.path('empty');
  for (const name of ['project.json', 'project.json.1']) project.write(`empty/${project.name}/${name}`, '');
  project.compose('services: { old: { command: [sleep, "1000"] } }\n');
  const state = { env: { TSCOMPOSE_STATE_DIR: empty } };
  const damaged = await project.begin(['--strict', 'config', '-q'], state).ended;
  isRefused(t, damaged, { errors: ['damaged-record'], says: /is empty/ });
});
