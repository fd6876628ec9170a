import type { ResolveHook } from 'node:module';

export const resolve: ResolveHook = (specifier, context, next) =>
  specifier === 'ava'
    ? { url: new URL('./fake-ava.ts', import.meta.url).href, format: 'module', shortCircuit: true }
    : next(specifier, context);
