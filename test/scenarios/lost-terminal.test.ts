import { existsSync, rmSync } from 'node:fs';
import { eventually } from './harness/eventually.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const scenario = needs('script');

const web = `services:
  web: { ${shell('trap "echo goodbye; exit 0" TERM; trap "echo hung up > /hup" HUP; echo ready; while :; do sleep 1000 & wait $!; done')} }
`;

/** Closes the terminal of a command line once it has printed a text; resolves with the exit status of the command. */
const closeTerminal = async (
  project: Project,
  line: string,
  moment: string,
  passesOn = true,
): Promise<string> => {
  const path = project.path('status');
  // The kernel sends SIGHUP to the leader of the session alone. This one passes it on like a shell, and lives on.
  const words = [
    `exec 3<&0; ${line} <&3 & command=$!`,
    `trap '${passesOn ? 'kill -HUP $command' : ':'}' HUP`,
    'wait $command; status=$?',
    'while kill -0 $command; do wait $command; status=$?; done',
    `echo $status > ${path}.new; mv ${path}.new ${path}`,
  ].join('\n');
  const terminal = project.launch('script', ['-qec', words, '/dev/null'], { interactive: true });
  await terminal.prints(moment);
  // script(1) holds the master of the pty.
  terminal.signal('SIGKILL');
  await terminal.ended;
  await eventually('the command has ended', () => existsSync(path));
  const status = project.read('status').trim();
  rmSync(path);
  return status;
};

// Red without: releaseLostTerminal in command-line.ts, here and below.
scenario('closing the terminal of up stops its containers gracefully', async (t, project) => {
  project.compose(web);
  t.is(await closeTerminal(project, project.command('up'), 'ready'), '129');
  t.like(await project.container('web'), { State: 'exited', ExitCode: 0 });
  t.regex(await project.ok('logs', '--tail', '1'), /goodbye/);
});

scenario(
  'closing the terminal of exec and run ends the client, and the command in it',
  async (t, project) => {
    project.compose(web);
    await project.up();
    const session = 'echo here; read line; echo ended > /ended';
    for (const [words, passesOn] of [
      [['exec', 'web', 'sh', '-c', session], true],
      [['exec', 'web', 'sh', '-c', session], false],
      [['exec', '-T', 'web', 'sh', '-c', session], true],
      [['run', '--rm', 'web', 'sh', '-c', session], true],
      [['exec', 'web', 'sh', '-c', 'trap "" HUP; while :; do echo here; sleep 0.1; done'], false],
    ] as const) {
      const status = await closeTerminal(project, project.command(...words), 'here', passesOn);
      t.is(status, '129', words.join(' '));
    }
  },
);
