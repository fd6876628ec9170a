/** The limit of memory and swap together where only that of memory is set: as much swap as memory, as in Docker. */
export function memoryWithSwap(memory: number): number {
  return 2 * memory;
}
