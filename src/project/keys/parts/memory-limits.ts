import type { CanonicalService } from '../../model/canonical.ts';
import { memoryWithSwap } from '../../model/memory-with-swap.ts';
import type { Limits } from '../../model/project.ts';
import type { Part } from '../service-key.ts';

/** The limit of memory, by `mem_limit` or by `deploy`, and that of memory and swap together. */
export function memoryLimits(service: CanonicalService): Part<Limits> {
  const memory = memoryLimit(service);
  const both = Number(service.memswap_limit ?? 0) || (memory ? memoryWithSwap(memory) : undefined);
  return { memory: memory || undefined, memorySwap: both };
}

/** Bytes, 0 for no limit. */
export function memoryLimit({ mem_limit, deploy }: CanonicalService): number {
  return Math.max(Number(mem_limit ?? deploy?.resources?.limits?.memory ?? 0), 0);
}
