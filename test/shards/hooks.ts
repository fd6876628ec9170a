import type { ResolveHook } from 'node:module';

const titled = new URL('./titled.ts', import.meta.url).href;

/** Puts `titled.ts` in the place of ava, for everything but itself. */
export const resolve: ResolveHook = (specifier, context, next) =>
  specifier === 'ava' && context.parentURL !== titled
    ? { url: titled, format: 'module', shortCircuit: true }
    : next(specifier, context);
