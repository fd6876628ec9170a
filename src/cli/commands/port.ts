import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { wholeNumber } from '../grammar/values.ts';

const options = [
  {
    flags: '--protocol <protocol>',
    summary: 'Select tcp, udp or sctp [default: tcp, or all without a port]',
    parse: (text: string) => text.toLowerCase(),
  },
  { flags: '--index <number>', summary: 'Select the container with this number', parse: wholeNumber },
] as const satisfies readonly OptionSpec[];

export type PortOptions = OptionsOf<typeof options>;

export const port = command({
  name: 'port',
  group: 'Look',
  operands: '<service> [private-port]',
  summary: 'Show where a port of a service is published',
  details: 'Prints the address and port of the host. Without a port, a line for each port of the container.',
  options,
  examples: ['port web 80', 'port --protocol udp dns 53', 'port web'],
  run: async (invocation) => {
    const { port } = await import('../actions/port.ts');
    return port(invocation);
  },
});
