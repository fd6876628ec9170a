import { type Diagnostic, type DiagnosticCode, Problem } from '../../base/diagnostic.ts';
import { HelperFailure } from './credentials/credential-helper.ts';
import { Denied } from './credentials/tokens.ts';
import { Stalled } from './exchange.ts';
import { StatusError } from './retries.ts';
import { ProxyRefusal } from './tunnel.ts';

/** The subject of a request, for its error. */
export type Subject = {
  /** The image as the user knows it: `docker.io/library/postgres:16`. */
  readonly image: string;
  readonly host: string;
  /** As whom the registry was asked; undefined for nobody in particular. */
  readonly account: string | undefined;
  /** The meaning of a short name. */
  readonly hint?: string | undefined;
};

/** The error for people: what failed, as whom, and the way out. Errors that are bugs come back as they are. */
export const refusalOf = (error: unknown, subject: Subject): unknown => {
  if (error instanceof Denied) return denied(subject, error.message);
  if (error instanceof StatusError) return statusRefusal(error, subject);
  if (error instanceof HelperFailure) return helperFailed(error, subject);
  if (error instanceof Stalled)
    return refusal(subject, 'registry-unreachable', `the registry ${subject.host} hangs: ${error.message}`, {
      help: 'try again later: what was fetched is kept',
    });
  if (error instanceof ProxyRefusal)
    return refusal(subject, 'registry-unreachable', error.message, {
      help: 'check HTTP_PROXY and HTTPS_PROXY; NO_PROXY names the hosts that are reached without a proxy',
    });
  const { code, message } = error as NodeJS.ErrnoException;
  const found = code === undefined ? undefined : CONNECTION[causeOf(code, subject)];
  if (found)
    return refusal(subject, found.code, found.message(subject.host), {
      help: found.help(subject.host),
      error: message,
    });
  if (code !== undefined && /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|UNABLE_TO)/.test(code))
    return refusal(subject, 'registry-untrusted', `no TLS connection to ${subject.host} is possible`, {
      ...{ help: INSECURE, error: message },
    });
  // The parser of node:http.
  if (code !== undefined && /^HPE_/.test(code))
    return refusal(
      subject,
      'registry-failed',
      `the registry ${subject.host} answers something that is no HTTP`,
      {
        ...{ help: 'check that the host is a registry of images', error: message },
      },
    );
  return error;
};

/** Docker Hub exists: where its name is not found, no name is. */
const causeOf = (code: string, { host }: Subject): string =>
  code === 'ENOTFOUND' && host === 'docker.io' ? 'EAI_AGAIN' : code;

export const blocked = (name: string, prefix: string): Problem =>
  new Problem({
    severity: 'error',
    code: 'registry-blocked',
    message: `\`${name}\` is blocked on this machine`,
    help: `registries.conf(5) has \`blocked = true\` for \`${prefix}\``,
  });

/** containers-registries.conf(5): a location has no scheme, and with the rest of the name it is a repository. */
export const invalidLocation = (place: string): Problem =>
  new Problem({
    severity: 'error',
    code: 'invalid-value',
    message: `a \`location\` of registries.conf(5) leads to \`${place}\`, which is no repository of a registry`,
    help: /^\w+:\/\//.test(place)
      ? 'write it without a scheme, and add `insecure = true` for HTTP'
      : 'write a registry and a repository, such as `mirror.example/library`, for a `prefix` that is a whole name',
  });

const statusRefusal = (error: StatusError, subject: Subject): Problem => {
  const { status, said, retryAfter } = error;
  const facts = said ? { said } : {};
  if (status === 401 || status === 403) return denied(subject, said);
  if (status === 429)
    return refusal(subject, 'rate-limited', `${subject.host} gives no more images for now`, {
      ...facts,
      help: `${retryAfter ? `wait ${Math.ceil(retryAfter / 1000)} s` : 'wait'}${subject.account === undefined ? `, or log in: \`docker login ${subject.host}\` raises the limit` : ''}`,
    });
  return refusal(subject, 'registry-failed', `the registry ${subject.host} answers ${status}`, {
    ...facts,
    help:
      status >= 500
        ? 'the fault is in the registry: try again later'
        : 'check that the host is a registry of images',
  });
};

/** Hub and others say “denied” also for repositories that do not exist. */
const denied = (subject: Subject, said: string | undefined): Problem =>
  refusal(
    subject,
    'registry-denied',
    `\`${subject.image}\` is not given to ${subject.account ?? 'anonymous users'}`,
    {
      ...{ ...(said && { said }), note: subject.hint },
      help:
        subject.account === undefined
          ? `check the name; if the repository is private, log in first: \`docker login ${subject.host}\` or \`podman login ${subject.host}\``
          : 'check the name, the password and the rights of this account',
    },
  );

const helperFailed = ({ program, message }: HelperFailure, subject: Subject): Problem =>
  refusal(subject, 'registry-denied', `\`${program}\` gives no credentials for ${subject.host}`, {
    ...{ error: message, help: `install it, or remove it from the file of \`docker login\`` },
  });

type Details = {
  readonly said?: string;
  readonly error?: string;
  readonly help: string;
  readonly note?: string | undefined;
};

const refusal = (
  { image, host, account }: Subject,
  code: DiagnosticCode,
  message: string,
  { said, error, help, note }: Details,
): Problem => {
  const facts: Diagnostic['facts'] = [
    ['image', image],
    ['registry', host],
    ['as', account ?? 'anonymous'],
    ...(said ? ([['it says', said]] as const) : []),
    ...(error ? ([['error', error]] as const) : []),
  ];
  return new Problem({ severity: 'error', code, message, facts, help, ...(note && { notes: [note] }) });
};

type Row = {
  readonly code: DiagnosticCode;
  readonly message: (host: string) => string;
  readonly help: (host: string) => string;
};

const unreachable = (message: Row['message'], help: string): Row => ({
  ...{ code: 'registry-unreachable', message, help: () => help },
});

const untrusted = (message: Row['message'], help: Row['help']): Row => ({
  ...{ code: 'registry-untrusted', message, help },
});

const NETWORK = 'check the network of this machine; images that are here already run without it';

const INSECURE =
  'if it speaks HTTP only and you trust the network, set `insecure = true` for it in registries.conf(5)';

const AUTHORITY = (host: string): string =>
  `if you trust it, store the certificate of its authority as \`/etc/docker/certs.d/${host}/ca.crt\``;

const unknownAuthority = untrusted(
  (host) => `the certificate of ${host} is of an unknown authority`,
  AUTHORITY,
);

/** Whether the clock or the certificate is wrong, only a person can tell. */
const outOfTime = (what: string): Row =>
  untrusted(
    (host) => `the certificate of ${host} ${what}`,
    () =>
      `the clock of this machine says ${new Date().toISOString().slice(0, 16)}Z: set it if it is wrong, else ask the owner of the registry`,
  );

const noRoute = unreachable((host) => `there is no way to ${host}`, NETWORK);

/** Of a connection, by Node.js’s code. */
const CONNECTION: Readonly<Record<string, Row>> = {
  ENOTFOUND: unreachable(
    (host) => `there is no host ${host}`,
    'check the name before the first slash of the image',
  ),
  EAI_AGAIN: unreachable((host) => `the name ${host} cannot be looked up`, NETWORK),
  ENETUNREACH: noRoute,
  EHOSTUNREACH: noRoute,
  ENETDOWN: noRoute,
  ETIMEDOUT: unreachable((host) => `${host} does not answer`, NETWORK),
  ECONNREFUSED: unreachable(
    (host) => `no registry listens at ${host}`,
    'check host and port, and that the registry runs',
  ),
  ECONNRESET: unreachable(
    (host) => `${host} ended the connection`,
    'try again later: what was fetched is kept',
  ),
  EPIPE: unreachable((host) => `${host} ended the connection`, 'try again later: what was fetched is kept'),
  CERT_HAS_EXPIRED: outOfTime('has expired'),
  CERT_NOT_YET_VALID: outOfTime('is not valid yet'),
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted(
    (host) => `the certificate is not for ${host}`,
    () => 'use the name that the certificate has',
  ),
};
