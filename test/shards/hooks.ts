import type { ResolveHook } from 'node:module';

const urlOf = (name: string): string => new URL(name, import.meta.url).href;

const titled = urlOf('./titled.ts');
const ownAva: readonly (string | undefined)[] = [titled, urlOf('./record.ts')];

/** Puts `titled.ts` in the place of ava, for everything but the shards themselves. */
export const resolve: ResolveHook = (specifier, context, next) =>
  specifier === 'ava' && !ownAva.includes(context.parentURL)
    ? { url: titled, format: 'module', shortCircuit: true }
    : next(specifier, context);
