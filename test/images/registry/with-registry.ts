import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import type { RegistryEvent } from '../../../src/images/registry/events.ts';
import {
  openRegistries,
  type Registries,
  type RegistriesOptions,
} from '../../../src/images/registry/registries.ts';
import { archive, file } from '../tar/archive.ts';
import { type StoreTest, withStore } from '../with-store.ts';
import { type Fault, type FaultyRegistry, serveLayout } from './faulty-registry.ts';

export type RegistryTest = StoreTest & {
  /** Starts a registry that serves an image `app:1` of one plain layer; the faults are those of its answers. */
  readonly serve: (faults?: {
    readonly any?: Fault;
    readonly layer?: Fault;
  }) => Promise<FaultyRegistry & { readonly layer: string; readonly content: Buffer }>;
  /** With an empty home, an empty /etc, and pauses that take no time. */
  readonly registries: (options?: Partial<RegistriesOptions>) => Registries;
  /** In ms. */
  readonly pauses: readonly number[];
  readonly events: readonly RegistryEvent[];
  readonly home: string;
  readonly etc: string;
  /** Closes something at the end. */
  readonly atEnd: (close: () => unknown) => void;
};

export const withRegistry = (body: (t: ExecutionContext, made: RegistryTest) => Promise<unknown>) =>
  withStore(async (t, made) => {
    const closings: (() => unknown)[] = [];
    const pauses: number[] = [];
    const events: RegistryEvent[] = [];
    const [home, etc] = [made.directory('home'), made.directory('etc')];
    const environment = homeEnvironment(home);
    const atEnd = (close: () => unknown): void => void closings.push(close);
    try {
      await body(t, {
        ...made,
        ...{ pauses, events, home, etc, atEnd },
        serve: async ({ any = () => false, layer: atLayer = () => false } = {}) => {
          const content = archive(file('data', 'x'.repeat(300_000)));
          const { directory, made: images } = await made.layout({
            name: 'app:1',
            layers: [content],
            isCompressed: false,
          });
          const layer = images[0]!.layers[0]!.digest;
          const served = await serveLayout(directory, (request, response, count) =>
            request.path.endsWith(layer) && atLayer(request, response, count)
              ? true
              : any(request, response, count),
          );
          atEnd(served.close);
          return { ...served, layer, content };
        },
        registries: (options = {}) => {
          const opened = openRegistries({
            etc,
            wait: async (pause) => void pauses.push(pause),
            onEvent: (event) => events.push(event),
            ...options,
            environment: { ...environment, ...options.environment },
          });
          atEnd(opened.close);
          return opened;
        },
      });
    } finally {
      for (const close of closings.reverse()) await close();
    }
  });

export const homeEnvironment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: home,
  XDG_RUNTIME_DIR: join(home, 'runtime'),
});

/** The only diagnostic of a Problem. */
export const diagnosticOf = async (failing: Promise<unknown>) => {
  try {
    await failing;
  } catch (error) {
    if (error instanceof Problem) return error.diagnostics[0]!;
    throw error;
  }
  throw new Error('it did not fail');
};
