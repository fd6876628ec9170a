import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  { flags: '--print', summary: 'Print the unit to stdout, and write nothing' },
  { flags: '--remove', summary: 'Remove the unit' },
] as const satisfies readonly OptionSpec[];

export type SystemdOptions = OptionsOf<typeof options>;

export const systemd = command({
  name: 'systemd',
  group: 'Start and stop',
  operands: '',
  summary: 'Write a unit of systemd that starts the project at boot',
  details:
    'The unit is /etc/systemd/system/tscompose-PROJECT.service; `systemctl enable --now` enables it. At boot it starts the ' +
    'containers whose `restart` is `always`, or `unless-stopped` and which were not stopped by hand, dependencies first. ' +
    'Containers go on while the unit is restarted or stopped; when the machine goes down, it stops them, dependants first.',
  options,
  examples: ['systemd', 'systemd --print', 'systemd --remove'],
  run: async (invocation) => {
    const { systemd } = await import('../actions/systemd.ts');
    return systemd(invocation);
  },
});
