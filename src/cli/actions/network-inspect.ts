import type { NetworkInspectOptions } from '../commands/network-inspect.ts';
import type { Invocation } from '../grammar/command.ts';
import { networkJson } from '../show/network-json.ts';

/** As in Docker: networks that exist are shown, and the others are errors. */
export const networkInspect = async ({
  context,
  options: { format },
  operands,
}: Invocation<NetworkInspectOptions>): Promise<number> => {
  const { listNetworks, missingNetwork, namedNetwork } = await import(
    '../../engine/doors/machine-networks.ts'
  );
  const listed = listNetworks();
  const found = operands.flatMap((name) => namedNetwork(name, listed) ?? []).map(networkJson);
  const lines =
    typeof format === 'object'
      ? found.map(format.render)
      : [JSON.stringify(found, null, format === 'json' ? undefined : 4)];
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  const missing = operands.filter((name) => !namedNetwork(name, listed));
  context.messages.show(missing.map((name) => missingNetwork(name, listed)));
  return missing.length > 0 ? 1 : 0;
};
