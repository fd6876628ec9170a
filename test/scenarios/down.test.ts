import { eventually } from './harness/eventually.ts';
import { nothingWasMade } from './harness/failure.ts';
import { isAlive } from './harness/host.ts';
import { cablesOf, interfaces, leftovers } from './harness/leftovers.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

scenario('down removes everything before it returns', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  db: { ${stays()} }\n`);
  await project.up();
  const cables = cablesOf(project);
  t.is(cables.length, 2);
  await project.ok('down', '-t', '0');
  const now = interfaces();
  t.deepEqual(
    cables.filter((cable) => now.has(cable)),
    [],
  );
  // The guardian ends when it has seen the end of its supervisor, as the command has.
  const left = [...leftovers(project, now)].filter((line) => !line.includes('tscompose guardian'));
  t.deepEqual(left, []);
  await nothingWasMade(project);
});

scenario('down with nothing to remove says so and is 0', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n`);
  const { code, stderr } = await project.tscompose('down');
  t.is(code, 0);
  t.regex(stderr, new RegExp(`No resource found to remove for project "${project.name}"`));
  t.is((await project.tscompose('down')).code, 0);
});

scenario('down works without the file, and with a broken one', async (t, project) => {
  project.compose(`name: ${project.name}\nservices:\n  web: { ${stays()} }\n`);
  await project.up();
  const { Pid } = await project.container('web');
  project.compose('services: [');
  const { code, stderr } = await project.begin(['-p', project.name, 'down', '-t', '0'], { cwd: '/' }).ended;
  t.is(code, 0, stderr);
  t.false(isAlive(Pid));
});

scenario('down of one service leaves the others', async (t, project) => {
  project.compose(`services:\n  web: { ${stays()} }\n  db: { ${stays()} }\n`);
  await project.up();
  await project.ok('down', '-t', '0', 'web');
  t.deepEqual(
    (await project.containers()).map(({ Service, State }) => [Service, State]),
    [['db', 'running']],
  );
});

scenario('a container that needs its whole grace period is named', async (t, project) => {
  project.compose('services:\n  web: { command: [sleep, "1000"], stop_grace_period: 300ms }\n');
  await project.up();
  const { stderr } = await project.tscompose('down');
  t.regex(stderr, /web-1 Stopped \(killed after 0\.3 s: its PID 1 did not end at SIGTERM\)/);
});

scenario('stop_signal may be a real-time signal', async (t, project) => {
  const script = 'trap "exit 7" 34; echo ready; while :; do sleep 1000 & wait $!; done';
  project.compose(`services:\n  web: { ${shell(script)}, stop_signal: SIGRTMIN }\n`);
  await project.up();
  await eventually('it listens', async () => (await project.logs()).includes('ready'));
  await project.change('stop');
  t.is((await project.container('web')).ExitCode, 7);
});

scenario('stop_signal is what a service is asked to end with', async (t, project) => {
  const script = 'trap "echo got USR1; exit 7" USR1; echo ready; while :; do sleep 1000 & wait $!; done';
  project.compose(`services:\n  web: { ${shell(script)}, stop_signal: SIGUSR1 }\n`);
  await project.up();
  await eventually('it listens', async () => (await project.logs()).includes('ready'));
  await project.change('stop');
  t.is((await project.container('web')).ExitCode, 7);
  t.regex(await project.ok('logs'), /got USR1/);
});
