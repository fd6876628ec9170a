import { humanSize } from '../../base/text/human-size.ts';
import type { UsageItem, UsageKind } from '../../engine/doors/disk-usage.ts';
import type { Template } from './go-template.ts';
import { table } from './table.ts';
import { templated } from './templated.ts';

export type Usage = Readonly<Record<UsageKind, readonly UsageItem[]>>;

/** The keys of a row of `system df`. */
export const usageFields = ['Active', 'Reclaimable', 'Size', 'TotalCount', 'Type'] as const;

/** The lines of `system df`; columns and keys are those of Docker. */
export function usageLines(usage: Usage, format: 'table' | 'json' | Template): readonly string[] {
  const rows = Object.entries(usage).map(([kind, items]) => usageRow(kind, items));
  if (format === 'json') return rows.map((row) => JSON.stringify(row));
  if (format === 'table')
    return table(
      ['TYPE', 'TOTAL', 'ACTIVE', 'SIZE', 'RECLAIMABLE'],
      rows.map(({ Type, TotalCount, Active, Size, Reclaimable }) => [
        Type,
        TotalCount,
        Active,
        Size,
        Reclaimable,
      ]),
      { least: 10 },
    );
  return templated(rows, format, { least: 10 });
}

/** The lines of `system df -v`. */
export function usageDetails(usage: Usage): readonly string[] {
  return Object.entries(usage).flatMap(([kind, items], index) => [
    ...(index > 0 ? [''] : []),
    `${kind} space usage:`,
    '',
    ...table(
      [TITLES[kind as UsageKind], 'PROJECT', 'LINKS', 'SIZE'],
      items.map(({ name, project = '', links, bytes }) => [
        name,
        project,
        String(links),
        humanSize(bytes, 3),
      ]),
    ),
  ]);
}

/** One object with a list for each kind. */
export function usageDetailsJson(usage: Usage): readonly string[] {
  const kinds = Object.entries(usage).map(([kind, items]) => [kind, items.map(itemJson)]);
  return [JSON.stringify(Object.fromEntries(kinds))];
}

const TITLES: Readonly<Record<UsageKind, string>> = {
  Images: 'IMAGE',
  Layers: 'CONTAINER',
  Volumes: 'VOLUME NAME',
  Logs: 'CONTAINER',
  Trash: 'PATH',
};

function usageRow(kind: string, items: readonly UsageItem[]) {
  const size = sum(items);
  const reclaimable = sum(items.filter(({ isReclaimable }) => isReclaimable));
  const percent = size > 0 ? ` (${Math.floor((reclaimable * 100) / size)}%)` : '';
  return {
    Active: String(items.filter(({ isActive }) => isActive).length),
    Reclaimable: `${humanSize(reclaimable)}${percent}`,
    Size: humanSize(size),
    TotalCount: String(items.length),
    Type: kind,
  };
}

function itemJson({ name, project = '', links, isReclaimable, bytes }: UsageItem) {
  return {
    Name: name,
    Project: project,
    Links: links,
    Size: humanSize(bytes, 3),
    Bytes: bytes,
    Reclaimable: isReclaimable,
  };
}

function sum(items: readonly UsageItem[]): number {
  return items.reduce((total, { bytes }) => total + bytes, 0);
}
