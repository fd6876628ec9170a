import { type Agent, Agent as HttpAgent, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Pace } from './exchange.ts';
import { proxyAuthorization, proxyFor } from './proxy.ts';
import type { Trust } from './trust.ts';
import { tunnel } from './tunnel.ts';

/** The connections of one command to registries: kept open between requests, made through proxies where asked. */
export type Connections = {
  readonly pace: Pace;
  /** How to make a request for a URL; `protocol` is that of the first hop. */
  readonly to: (url: URL) => Route;
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
  const secure = (host: string, proxy: URL | undefined): Agent => {
    const agent = new HttpsAgent({ keepAlive: true, ...trustOf(host) });
    return proxy ? tunnel(agent, proxy) : agent;
  };
  const plain = (): Agent => new HttpAgent({ keepAlive: true });
  return {
    pace,
    to: (url) => {
      const proxy = proxyFor(url, environment);
      const path = url.pathname + url.search;
      const target = { host: bare(url.hostname), port: url.port };
      if (url.protocol === 'https:') {
        const agent = agentFor(url.origin, () => secure(url.host, proxy));
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
