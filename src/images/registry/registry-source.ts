import { Problem } from '../../base/diagnostic.ts';
import { type Reference, referenceText } from '../../base/images/reference.ts';
import type { BlobContent, RawManifest, Source } from '../model/source.ts';
import { fetchBlob, isMissing } from './blob.ts';
import type { Connections } from './connections.ts';
import { statusError } from './endpoint-client.ts';
import type { RegistryEvent } from './events.ts';
import { type Answer, wholeOf } from './exchange.ts';
import { readRateLimit } from './rate-limit.ts';
import { refusalOf } from './refusals.ts';
import type { Asked } from './registries.ts';
import { StatusError, type Wait, withRetries } from './retries.ts';
import { shortNameHint } from './short-name.ts';
import { readTags } from './tags.ts';

/** A repository of a registry and its mirrors. */
export type RegistrySource = Source & {
  /** The digest of a tag without its manifest (HEAD): Docker Hub does not count it as a pull. */
  readonly digestOf: (which: string, signal?: AbortSignal) => Promise<string | undefined>;
};

export type SourceOptions = {
  readonly connections: Connections;
  readonly wait: Wait;
  readonly onEvent: (event: RegistryEvent) => void;
  /** Registries in which Podman would look for the name as well. */
  readonly searched: readonly string[];
};

export const registrySource = (
  reference: Reference,
  endpoints: readonly Asked[],
  { connections, wait, onEvent, searched }: SourceOptions,
): RegistrySource => {
  const home = endpoints.at(-1)!;
  const hint = shortNameHint(reference, searched);
  // Blobs are taken from where the manifest came from.
  let preferred = 0;

  const retriesAt = ({ endpoint: { host } }: Asked, signal: AbortSignal | undefined) => ({
    ...{ signal, wait },
    onRetry: ({ message: cause }: Error, pause: number) => onEvent({ kind: 'retry', host, cause, pause }),
  });

  /** The first endpoint that has it; the answer of the last one, the registry itself, is what counts. */
  const firstOf = async <Result>(
    signal: AbortSignal | undefined,
    attempt: (at: Asked) => Promise<Result | undefined>,
  ): Promise<Result | undefined> => {
    for (let index = preferred; ; index++) {
      const at = endpoints[index]!;
      try {
        const found = await attempt(at);
        if (found !== undefined) preferred = index;
        if (found !== undefined || at === home) return found;
        onEvent({ kind: 'passed-over', host: at.endpoint.host, cause: 'not there' });
      } catch (error) {
        signal?.throwIfAborted();
        if (at === home) throw await explained(error, at);
        onEvent({ kind: 'passed-over', host: at.endpoint.host, cause: (error as Error).message });
      }
    }
  };

  const explained = async (error: unknown, { endpoint: { host }, account }: Asked): Promise<unknown> =>
    error instanceof Problem
      ? error
      : refusalOf(error, { image: referenceText(reference), host, account: await account(), hint });

  /** @param read the answer; what interrupts it is tried again as well */
  const askForManifest = <Result>(
    at: Asked,
    { which, method, signal }: ManifestQuestion,
    read: (answer: Answer) => Promise<Result> | Result,
  ): Promise<Result | undefined> =>
    withRetries(retriesAt(at, signal), async () => {
      const answer = await at.client.ask(`manifests/${which}`, {
        method,
        headers: { accept: ACCEPT },
        signal,
      });
      const limit = readRateLimit(answer.headers);
      if (limit) onEvent({ kind: 'rate-limit', host: at.endpoint.host, ...limit });
      if (answer.status === 404) {
        answer.body.resume();
        return undefined;
      }
      if (answer.status !== 200) throw await statusError(answer, connections);
      return read(answer);
    });

  return {
    name: home.endpoint.host,
    ...(hint !== undefined && { hint }),
    tags: (signal) => readTags(home.client, connections, signal),
    manifest: (which, signal) =>
      firstOf(signal, (at) =>
        askForManifest(at, { which, method: 'GET', signal }, async (answer): Promise<RawManifest> => {
          const bytes = await wholeOf(answer, connections.pace, LARGEST_MANIFEST);
          if (!bytes) throw new StatusError(answer.status, 'the manifest is larger than 4 MiB', undefined);
          return { mediaType: mediaTypeOf(answer), bytes };
        }),
      ),
    digestOf: (which, signal) =>
      firstOf(signal, (at) =>
        askForManifest(at, { which, method: 'HEAD', signal }, ({ body, headers }) => {
          body.resume();
          const digest = headers['docker-content-digest'];
          return typeof digest === 'string' ? digest : undefined;
        }),
      ),
    blob: async ({ digest }, from, signal) => {
      const found = await firstOf(signal, async (at): Promise<BlobContent | undefined> => {
        try {
          const content = await fetchBlob(at.client, connections, digest, from, retriesAt(at, signal));
          return {
            ...content,
            chunks: explainedChunks(content.chunks, (error) => {
              signal?.throwIfAborted();
              return explained(error, at);
            }),
          };
        } catch (error) {
          if (isMissing(error) && at !== home) return undefined;
          throw error;
        }
      });
      return found!;
    },
  };
};

type ManifestQuestion = {
  readonly which: string;
  readonly method: 'GET' | 'HEAD';
  readonly signal: AbortSignal | undefined;
};

async function* explainedChunks(
  chunks: AsyncIterable<Buffer>,
  explain: (error: unknown) => Promise<unknown>,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw await explain(error);
  }
}

const mediaTypeOf = ({ headers }: Answer): string => (headers['content-type'] ?? '').split(';')[0]!.trim();

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The specification of the distribution asks registries to take at least this much. */
const LARGEST_MANIFEST = 4 << 20;
