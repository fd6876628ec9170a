import type { Held, PlacedOpening } from '../../engine/doors/isolation.ts';
import { nameOf } from './diagnostics/place-name.ts';

/** The openings of one container, each with its cause. */
export type OpeningRow = { readonly text: string; readonly by: string };

/** One row for all capabilities, or devices, that the same line opens. */
export function openingRows({ open }: Pick<Held, 'open'>, cwd: string): readonly OpeningRow[] {
  const groups = new Map<string, PlacedOpening[]>();
  for (const opening of open) {
    const { rule, subject, key, by, process } = opening;
    const isJoined = Object.hasOwn(JOINED, rule);
    const id = [rule, isJoined ? '' : subject, key, by, process?.pid].join();
    groups.set(id, [...(groups.get(id) ?? []), opening]);
  }
  return [...groups.values()].map((group) => {
    const [{ process }] = group as [PlacedOpening];
    const text = process ? `${textOf(group)}, in process ${process.pid} (${process.command})` : textOf(group);
    return { text, by: originText(group[0]!, cwd) };
  });
}

const JOINED: Readonly<Record<string, string>> = {
  'extra-capability': 'capabilities that are not among Docker’s default ones',
  'extra-device': 'devices that are not among Docker’s default ones',
};

function textOf(group: readonly PlacedOpening[]): string {
  const { rule, text } = group[0]!;
  if (group.length === 1) return text;
  const subjects = group.map(({ subject, name = subject }) => name);
  return `${group.length} ${JOINED[rule]}: ${listed(subjects)}`;
}

function listed(names: readonly string[]): string {
  return names.length <= MOST
    ? names.join(', ')
    : `${names.slice(0, MOST - 1).join(', ')} and ${names.length - MOST + 1} more`;
}

const MOST = 6;

function originText({ by, at, key }: PlacedOpening, cwd: string): string {
  if (by === 'nothing') return 'not in the file';
  const place = at ? nameOf(at, cwd) : (key ?? '');
  return by === 'default' ? `${place} by default` : place;
}
