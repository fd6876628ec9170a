import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

scenario('top shows the processes of running containers, those of exec included', async (t, project) => {
  project.compose(
    `services:\n  web: { ${shell('sleep 1001 & exec sleep 1002')}, user: "12345", stop_grace_period: 0s }\n  tty: { command: [sleep, "1003"], tty: true }\n  gone: { ${shell('exit 0')} }\n`,
  );
  t.is(await project.ok('top'), '');
  await project.up();
  await project.ok('exec', '-d', '-u', '0', 'web', 'sleep', '1004');
  const { Pid } = await project.container('web');
  const [header, ...lines] = (await project.ok('top')).trimEnd().split('\n');
  t.regex(header!, /^SERVICE {2}# {3}UID +PID +PPID +C +STIME +TTY +TIME +CMD$/);
  const found = lines.map((line) => line.split(/ {2,}/));
  const of = (command: string) => found.find((cells) => cells.at(-1) === command)!;
  t.deepEqual(of('sleep 1002').slice(0, 4), ['web', '1', '12345', String(Pid)]);
  t.deepEqual([of('sleep 1001')[4], of('sleep 1001')[7]], [String(Pid), '?']);
  t.is(of('sleep 1004')[2], 'root');
  t.is(of('sleep 1003')[7], 'pts/0');
  t.is(found.length, 4);
  t.regex(await project.ok('top', 'tty'), /^SERVICE[^\n]*\ntty [^\n]* sleep 1003\n$/);
  t.is((await project.tscompose('top', 'nobody')).code, 1);
});
