import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { insideProcess, pulling, removeOrphans } from '../grammar/shared-options.ts';
import { shellWords } from '../grammar/values.ts';

const options = [
  ...insideProcess,
  ...pulling,
  { flags: '--rm', summary: 'Remove the container when it exits' },
  { flags: '--entrypoint <command>', summary: 'Replace the entrypoint of the service', parse: shellWords },
  { flags: '--no-deps', summary: 'Do not start the dependencies of the service' },
  { flags: '--name <name>', summary: 'Set the name of the container' },
  {
    flags: '-v, --volume <volume>',
    aliases: ['--volumes <volume>'],
    summary: 'Mount a path of the host: `source:target[:ro]`; repeat for more',
    repeat: true,
  },
  {
    flags: '-p, --publish <port>',
    summary: 'Publish a port: `[[address:]host:]container`; repeat for more',
    repeat: true,
  },
  { flags: '-P, --service-ports', summary: 'Publish the ports of the service, which are left out otherwise' },
  {
    flags: '-l, --label <key=value>',
    aliases: ['--labels <key=value>'],
    summary: 'Set a label; repeat for more',
    repeat: true,
  },
  { flags: '--cap-add <capability>', summary: 'Add a capability; repeat for more', repeat: true },
  { flags: '--cap-drop <capability>', summary: 'Drop a capability; repeat for more', repeat: true },
  {
    flags: '--env-from-file <path>',
    summary: 'Set the variables of this file; repeat for more',
    repeat: true,
  },
  { flags: '--use-aliases', summary: 'Give the container the names of the service on its networks' },
  removeOrphans,
] as const satisfies readonly OptionSpec[];

export type RunOptions = OptionsOf<typeof options>;

export const run = command({
  name: 'run',
  group: 'Enter',
  operands: '<service> [cmd...]',
  summary: 'Run a command in a new container of a service',
  details:
    'The dependencies of the service are started first and keep running. All arguments after the service belong ' +
    'to the command; `--` is not needed.',
  options,
  startsSupervisor: true,
  examples: ['run --rm web sh', 'run --rm -e DEBUG=1 test make check'],
  exitStatus: 'exit code of the command; 126 if the command cannot be run, 127 if it is not found',
  passThrough: true,
  run: async (invocation) => {
    const { runOnce } = await import('../actions/run.ts');
    return runOnce(invocation);
  },
});
