const units = ['b', 'k', 'm', 'g', 't', 'p'];

/**
 * Reads a size as Docker does: a plain integer is bytes, `k m g t p` (with `b` or `ib` after it) count in
 * steps of 1024 whatever their case, one blank may stand before the unit. Only plain integers may be negative.
 */
export function parseBytes(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text);
  const match = /^(\d+(?:\.\d*)?|\.\d+) ?(?:([kmgtp])(?:i?b)?|b)$/i.exec(text);
  if (!match) return undefined;
  return Math.trunc(Number(match[1]) * 1024 ** units.indexOf((match[2] ?? 'b').toLowerCase()));
}

/** Writes a size in the largest unit that divides it, as Compose files do: 268435456 is `256m`. */
export function formatBytes(bytes: number): string {
  if (bytes <= 0) return String(bytes);
  let power = 0;
  while (power < units.length - 1 && bytes % 1024 ** (power + 1) === 0) power++;
  return power === 0 ? `${bytes}b` : `${bytes / 1024 ** power}${units[power]}`;
}
