import { readdirSync, readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Options of a TLS connection. */
export type Trust = {
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
};

export type TrustOptions = {
  readonly environment: NodeJS.ProcessEnv;
  /** `/etc` */
  readonly etc: string;
};

/**
 * Whom to believe: the authorities of the system as Docker does, those of `NODE_EXTRA_CA_CERTS`, and the files that
 * Docker and Podman have for the host: `/etc/docker/certs.d/registry:5000/*.crt`, with `*.cert` and `*.key` of the client.
 */
export const trustOf = (host: string, { environment, etc }: TrustOptions): Trust => {
  const system = readIfThere(environment.SSL_CERT_FILE || `${etc}/ssl/certs/ca-certificates.crt`);
  const extra = readIfThere(environment.NODE_EXTRA_CA_CERTS ?? '');
  const files = ['docker', 'containers'].flatMap((engine) => filesOf(`${etc}/${engine}/certs.d/${host}`));
  const own = files.filter((file) => file.endsWith('.crt')).map((file) => readFileSync(file, 'utf8'));
  const client = files.find((file) => file.endsWith('.cert'));
  const key = client && readIfThere(client.replace(/cert$/, 'key'));
  return {
    ca: [...(system ? [system] : rootCertificates), ...(extra ? [extra] : []), ...own],
    ...(key && { cert: readFileSync(client, 'utf8'), key }),
  };
};

const filesOf = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory).map((name) => `${directory}/${name}`);
  } catch {
    return [];
  }
};

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
