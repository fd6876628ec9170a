import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { blobFile } from '../make-layout.ts';

/** A registry in this process that serves a layout, except where a test makes it misbehave. */
export type FaultyRegistry = {
  /** `127.0.0.1:40123` */
  readonly host: string;
  readonly requests: readonly Received[];
  readonly close: () => Promise<void>;
};

export type Received = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** Answers a request itself, or returns false to have it answered properly. */
export type Fault = (request: Received, response: ServerResponse, count: number) => boolean | undefined;

/** @param count of requests of this path until now, the first has 0 */
export const serveLayout = async (layout: string, fault: Fault = () => false): Promise<FaultyRegistry> => {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    const received = { method, path, headers, body: Buffer.concat(chunks).toString() };
    const count = requests.filter((earlier) => earlier.path === path).length;
    requests.push(received);
    if (!fault(received, response, count)) answer(layout, received, response);
  });
  return { host: await listen(server), requests, close: () => close(server) };
};

export const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const answer = (layout: string, { method, path, headers }: Received, response: ServerResponse): void => {
  const [, kind, which = ''] = /^\/v2\/.+\/(manifests|blobs)\/([^/?]+)/.exec(path) ?? [];
  if (path === '/v2/') return void response.end('{}');
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  if (path.startsWith('/v2/nothing/'))
    return void response.writeHead(404).end('{"errors":[{"code":"NAME_UNKNOWN"}]}');
  if (/\/tags\/list(\?|$)/.test(path))
    return void response.end(
      JSON.stringify({ tags: index.manifests.map(({ annotations }: Named) => annotations?.[REF_NAME]) }),
    );
  const named = index.manifests.find(({ annotations }: Named) => annotations?.[REF_NAME] === which);
  const digest: string = kind === 'blobs' ? which : (named?.digest ?? which);
  let bytes: Buffer;
  try {
    bytes = readFileSync(blobFile(layout, digest));
  } catch {
    return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
  }
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const part = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': part.length,
    'docker-content-digest': digest,
    etag: `"${digest}"`,
    ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    'content-type':
      kind === 'manifests' ? JSON.parse(bytes.toString()).mediaType : 'application/octet-stream',
  });
  response.end(method === 'HEAD' ? undefined : part);
};

type Named = { readonly annotations?: Readonly<Record<string, string>> };
const REF_NAME = 'org.opencontainers.image.ref.name';
