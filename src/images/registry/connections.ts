import { type Agent, Agent as HttpAgent, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Pace } from './exchange.ts';
import { proxyAuthorization, proxyFor } from './proxy.ts';
import type { Trust } from './trust.ts';
import { tunnel } from './tunnel.ts';

/** The connections of one command to registries: kept open between requests, made through proxies where asked. */
export type Connections = {
  readonly pace: Pace;
  /**
   * How to make a request for a URL; `protocol` is that of the first hop.
   * @param isInsecure the certificate of the host is not checked
   */
  readonly to: (url: URL, isInsecure: boolean) => Route;
  readonly close: () => void;
};

export type Route = { readonly protocol: string; readonly options: RequestOptions };

export type ConnectionsOptions = {
  readonly environment: NodeJS.ProcessEnv;
  readonly pace: Pace;
  /** Which certificates a server may show, and which one is shown to it. */
  readonly trustOf: (host: string) => Trust;
};

export const openConnections = ({ environment, pace, trustOf }: ConnectionsOptions): Connections => {
  const agents = new Map<string, Agent>();
  const agentFor = (key: string, make: () => Agent): Agent => {
    const agent = agents.get(key) ?? make();
    agents.set(key, agent);
    return agent;
  };
  const secure = (host: string, isInsecure: boolean, proxy: URL | undefined): Agent => {
    // One for all of its connections: reading the certificates of a system takes tens of milliseconds.
    const secureContext = createSecureContext(trustOf(host));
    const options = { keepAlive: true, secureContext, ...(isInsecure && { rejectUnauthorized: false }) };
    const agent = new HttpsAgent(options);
    return proxy ? tunnel(agent, proxy) : agent;
  };
  const plain = (): Agent => new HttpAgent({ keepAlive: true });
  return {
    pace,
    to: (url, isInsecure) => {
      const proxy = proxyFor(url, environment);
      const path = url.pathname + url.search;
      const target = { host: bare(url.hostname), port: url.port };
      if (url.protocol === 'https:') {
        // A connection without a check is not used where a check is wanted.
        const key = `${url.origin} ${isInsecure}`;
        const agent = agentFor(key, () => secure(url.host, isInsecure, proxy));
        return { protocol: 'https:', options: { ...target, path, agent } };
      }
      const agent = agentFor('http:', plain);
      if (!proxy) return { protocol: 'http:', options: { ...target, path, agent } };
      return {
        protocol: proxy.protocol,
        options: {
          host: bare(proxy.hostname),
          port: proxy.port,
          path: url.href,
          headers: { host: url.host, ...proxyAuthorization(proxy) },
        },
      };
    },
    close: () => {
      for (const agent of agents.values()) agent.destroy();
    },
  };
};

/** A URL has brackets around an address of IPv6; connect(2) wants none. */
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
