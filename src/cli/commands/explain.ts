import { command } from '../grammar/command.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  {
    flags: '--format <format>',
    summary: 'Print text or JSON, or write an OCI bundle',
    choices: ['text', 'json', 'oci'],
    default: 'text',
  },
  { flags: '-o, --output <directory>', summary: 'Write the bundle to this directory' },
] as const satisfies readonly OptionSpec[];

export type ExplainOptions = OptionsOf<typeof options>;

export const explain = command({
  name: 'explain',
  group: 'Look',
  operands: '[service...]',
  summary: 'Print the system calls that make a container, and why',
  details:
    'This command needs no privileges and changes nothing. The text ends with the networks: their bridges, the packet filter ' +
    'and the published ports, as commands of ip, sysctl and nft. The OCI bundle is for other OCI runtimes: config.json ' +
    'with its own hosts, hostname and resolv.conf.',
  options,
  examples: ['explain web', 'explain --format oci -o bundle web && crun run -b bundle web'],
  run: async (invocation) => {
    const { explain } = await import('../actions/explain.ts');
    return explain(invocation);
  },
});
