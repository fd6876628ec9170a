import { command } from '../grammar/command.ts';
import { networkInspectFormat } from '../grammar/network-values.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';

const options = [
  {
    flags: '-f, --format <format>',
    summary: 'Print JSON without line breaks (`json`), or a template such as `{{.Name}}`',
    parse: networkInspectFormat,
  },
] as const satisfies readonly OptionSpec[];

export type NetworkInspectOptions = OptionsOf<typeof options>;

export const networkInspect = command({
  name: 'network inspect',
  group: 'Networks',
  operands: '<network...>',
  summary: 'Show networks as JSON',
  details:
    'Networks are given by name or by the beginning of their ID. Docker has the same keys; `Containers` has the ' +
    'running containers of all projects.',
  options,
  examples: ['network inspect proxy', "network inspect -f '{{json .IPAM}}' app_default"],
  run: async (invocation) => {
    const { networkInspect } = await import('../actions/network-inspect.ts');
    return networkInspect(invocation);
  },
});
