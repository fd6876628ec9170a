import { BlockList, isIP } from 'node:net';

/**
 * The proxy for a URL, by the rules of Docker (golang.org/x/net/http/httpproxy): `HTTPS_PROXY` and `HTTP_PROXY` in both
 * cases, `NO_PROXY` with names, suffixes, addresses, networks and ports; this machine itself is never asked through one.
 */
export const proxyFor = (url: URL, environment: NodeJS.ProcessEnv): URL | undefined => {
  const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const text = names.map((name) => environment[name]).find(Boolean);
  if (!text || isThisMachine(url.hostname)) return undefined;
  const exceptions = environment.NO_PROXY || environment.no_proxy || '';
  if (exceptions.split(/[\s,]+/).some((exception) => isException(exception.toLowerCase(), url)))
    return undefined;
  const address = text.includes('://') ? text : `http://${text}`;
  return URL.canParse(address) ? new URL(address) : undefined;
};

/** The user that the URL of a proxy names. */
export const proxyAuthorization = ({ username, password }: URL): Readonly<Record<string, string>> => {
  if (username === '') return {};
  const account = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(account).toString('base64')}` };
};

/** Whether a host is the machine itself: plain HTTP is no risk there. */
export const isThisMachine = (hostname: string): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '');
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
  );
};

/** Whether an address lies in a network such as `10.0.0.0/8`. */
export const isInNetwork = (hostname: string, network: string): boolean => {
  const [base = '', length = ''] = network.split('/');
  const host = hostname.replace(/^\[|\]$/g, '');
  const [of, is] = [isIP(base), isIP(host)];
  if (of === 0 || of !== is || !/^\d{1,3}$/.test(length) || Number(length) > (of === 4 ? 32 : 128))
    return false;
  const family = of === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(base, Number(length), family);
  return list.check(host, family);
};

const isException = (exception: string, url: URL): boolean => {
  if (exception === '') return false;
  if (exception === '*') return true;
  if (exception.includes('/')) return isInNetwork(url.hostname, exception);
  const [, written = '', port] = /^(.*?)(?::(\d+))?$/.exec(exception) ?? [];
  if (port !== undefined && port !== portOf(url)) return false;
  const name = written.replace(/^\*/, '');
  if (name.startsWith('.')) return url.hostname.endsWith(name);
  return url.hostname === name || (isIP(name) === 0 && url.hostname.endsWith(`.${name}`));
};

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');
