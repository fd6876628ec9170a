import type { NetworkLsOptions } from '../commands/network-ls.ts';
import type { Invocation } from '../grammar/command.ts';
import { selectNetworks } from '../selection/network-selection.ts';
import { networkLines, shownId } from '../show/network-list.ts';

export const networkLs = async ({
  context,
  options: { filter, format = 'table', trunc, quiet },
}: Invocation<NetworkLsOptions>): Promise<number> => {
  const { damagedRecords, listNetworks } = await import('../../engine/doors/machine-networks.ts');
  const shown = selectNetworks(listNetworks(), filter);
  const isShort = trunc;
  const lines = quiet ? shown.map(({ id }) => shownId(id, isShort)) : networkLines(shown, format, isShort);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  context.messages.show(
    damagedRecords().map(({ diagnostic }) => ({ ...diagnostic, severity: 'warning' as const })),
  );
  return 0;
};
