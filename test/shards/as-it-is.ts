import { readFileSync } from 'node:fs';
import type { LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Bundles are loaded with their source maps; the compiler would put its own in their place. */
export const load: LoadHook = (url, context, next) =>
  url.includes('/tscompose-shards/')
    ? { format: 'module', source: readFileSync(fileURLToPath(url)), shortCircuit: true }
    : next(url, context);
