import { command } from '../grammar/command.ts';
import { addressPair, ipAddress, subnet } from '../grammar/network-values.ts';
import type { OptionSpec, OptionsOf } from '../grammar/option-types.ts';
import { pair } from '../grammar/storage-values.ts';

const options = [
  {
    flags: '-d, --driver <driver>',
    summary: 'The driver of the network',
    choices: ['bridge'],
    default: 'bridge',
  },
  {
    flags: '--subnet <subnet>',
    summary: 'A block of addresses, such as `10.1.0.0/24`; repeat for more',
    parse: subnet,
    repeat: true,
  },
  {
    flags: '--gateway <address>',
    summary: 'The address of the bridge in a subnet; repeat for more',
    parse: ipAddress,
    repeat: true,
  },
  {
    flags: '--ip-range <subnet>',
    summary: 'The part of a subnet that addresses are chosen from; repeat for more',
    parse: subnet,
    repeat: true,
  },
  {
    flags: '--aux-address <name=address>',
    summary: 'An address that is never chosen; repeat for more',
    parse: addressPair,
    repeat: true,
  },
  { flags: '--internal', summary: 'Let nothing leave the network' },
  { flags: '--ipv6', summary: 'Give IPv6 addresses as well' },
  { flags: '--label <key=value>', summary: 'Set a label; repeat for more', parse: pair, repeat: true },
  {
    flags: '-o, --opt <key=value>',
    summary: 'Set an option of the driver, such as `com.docker.network.driver.mtu=1400`; repeat for more',
    parse: pair,
    repeat: true,
  },
  { flags: '--attachable', summary: 'Taken for scripts of Docker: every network is' },
] as const satisfies readonly OptionSpec[];

export type NetworkCreateOptions = OptionsOf<typeof options>;

export const networkCreate = command({
  name: 'network create',
  group: 'Networks',
  operands: '<name>',
  summary: 'Create a network that projects share, and print its ID',
  details:
    'A Compose file uses it with `external: true`. The containers of all projects on it reach each other by name. ' +
    'It stays until `network rm`, with the same addresses after a reboot.',
  options,
  examples: ['network create proxy', 'network create --subnet 10.9.0.0/24 --gateway 10.9.0.1 lan'],
  run: async (invocation) => {
    const { networkCreate } = await import('../actions/network-create.ts');
    return networkCreate(invocation);
  },
});
