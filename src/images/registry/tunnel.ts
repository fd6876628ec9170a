import { type Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { proxyAuthorization } from './proxy.ts';

type Created = (error: Error | null, socket?: Socket) => void;

type Target = ConnectionOptions & { readonly host: string; readonly port: number | string };

/** Makes the connections of an agent through a proxy (CONNECT, RFC 9110 9.3.6): TLS is between us and the registry. */
export const tunnel = (agent: Agent, proxy: URL): Agent =>
  Object.assign(agent, {
    createConnection: (target: Target, created: Created): void => {
      connect(target, proxy).then(
        (socket) => created(null, socket),
        (error: Error) => created(error),
      );
    },
  });

const connect = async (target: Target, proxy: URL): Promise<Socket> => {
  const makeRequest = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port || 443}`;
  return new Promise((resolve, reject) => {
    const request = makeRequest({
      host: proxy.hostname,
      port: proxy.port,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      agent: false,
    } as RequestOptions);
    request.once('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(connectTls({ ...target, socket }));
      socket.destroy();
      reject(new ProxyRefusal(proxy, statusCode));
    });
    request.once('error', reject);
    request.end();
  });
};

/** The proxy does not lead to the registry. */
export class ProxyRefusal extends Error {
  constructor({ host }: URL, status: number | undefined) {
    super(`the proxy ${host} answers ${status}${status === 407 ? ': it wants a user and a password' : ''}`);
  }
}
