import type { Readable } from 'node:stream';
import { Problem } from '../../base/diagnostic.ts';
import { type Reference, referenceText } from '../../base/images/reference.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { RawManifest } from '../model/source.ts';
import type { Connections } from './connections.ts';
import { Denied } from './credentials/tokens.ts';
import { statusError } from './endpoint-client.ts';
import type { RegistryEvent } from './events.ts';
import type { Answer, Exchange } from './exchange.ts';
import { pushRefusalOf } from './push-refusals.ts';
import type { Asked } from './registries.ts';
import { StatusError, type Wait, withRetries } from './retries.ts';
import { uploadBlob } from './upload.ts';

/** A repository of a registry, which images are brought to. */
export type RegistryTarget = {
  /** For messages: `docker.io`. */
  readonly name: string;
  readonly has: (digest: string, signal?: AbortSignal) => Promise<boolean>;
  /**
   * Takes a blob from another repository of the same registry. False if it is another registry, if that repository has
   * none, or if the registry does not want to.
   */
  readonly mount: (digest: string, from: Reference, signal?: AbortSignal) => Promise<boolean>;
  readonly upload: (blob: Upload, signal?: AbortSignal) => Promise<void>;
  /** @param which a tag or a digest */
  readonly putManifest: (which: string, manifest: RawManifest, signal?: AbortSignal) => Promise<void>;
};

export type Upload = Pick<Descriptor, 'digest' | 'size'> & {
  /** Its bytes from one of them on; opened again where an upload is gone on with. */
  readonly open: (from: number) => Readable;
  readonly onProgress?: (done: number) => void;
};

export type TargetOptions = {
  readonly connections: Connections;
  readonly wait: Wait;
  readonly onEvent: (event: RegistryEvent) => void;
  /** The path of another repository of the same registry, and the way to ask for the rights on both; undefined if it is none. */
  readonly beside: (other: Reference) => { readonly path: string; readonly at: Asked } | undefined;
};

export const registryTarget = (
  reference: Reference,
  at: Asked,
  { connections, wait, onEvent, beside }: TargetOptions,
): RegistryTarget => {
  const { host } = at.endpoint;
  const retries = (signal: AbortSignal | undefined) => ({
    ...{ signal, wait },
    onRetry: ({ message: cause }: Error, pause: number) => onEvent({ kind: 'retry', host, cause, pause }),
  });

  /** The answer, if its status is one of those. */
  const ask = (
    { client }: Pick<Asked, 'client'>,
    path: string,
    { expects, ...request }: Omit<Exchange, 'url'> & { readonly expects: readonly number[] },
  ): Promise<Answer> =>
    withRetries(retries(request.signal), async () => {
      const answer = await client.ask(path, request);
      if (!expects.includes(answer.status)) throw await statusError(answer, connections);
      answer.body.resume();
      return answer;
    });

  const explaining = async <Result>(
    signal: AbortSignal | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Problem) throw error;
      throw pushRefusalOf(error, { image: referenceText(reference), host, account: await at.account() });
    }
  };

  return {
    name: host,
    has: (digest, signal) =>
      explaining(signal, async () => {
        const answer = await ask(at, `blobs/${digest}`, { method: 'HEAD', expects: [200, 404], signal });
        return answer.status === 200;
      }),
    mount: (digest, from, signal) =>
      explaining(signal, async () => {
        const other = beside(from);
        if (!other) return false;
        const query = new URLSearchParams({ mount: digest, from: other.path });
        try {
          const answer = await ask(other.at, `blobs/uploads/?${query}`, {
            ...{ method: 'POST', body: '', expects: [201, 202], signal },
          });
          // With 202, it has opened an upload instead, and forgets it.
          return answer.status === 201;
        } catch (error) {
          // An account may write here and not read there.
          if (error instanceof Denied) return false;
          if (error instanceof StatusError && error.status < 500 && error.status !== 429) return false;
          throw error;
        }
      }),
    upload: (blob, signal) =>
      explaining(signal, () => uploadBlob(at.client, connections, blob, retries(signal))),
    putManifest: (which, { mediaType, bytes }, signal) =>
      explaining(signal, async () => {
        await ask(at, `manifests/${which}`, {
          ...{ method: 'PUT', body: bytes, expects: [200, 201, 202], signal },
          headers: { 'content-type': mediaType, 'content-length': String(bytes.length) },
        });
      }),
  };
};
