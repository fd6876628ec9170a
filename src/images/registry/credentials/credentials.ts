import { readAuthFile } from './auth-file.ts';
import { askHelper } from './credential-helper.ts';
import { type HomeUser, usersOf } from './home-user.ts';

/** The proof of an identity for a registry. */
export type Credentials = Secret & {
  /** The file or the helper that has it, for messages. */
  readonly from: string;
};

export type Secret =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** OAuth 2: exchanged for tokens. */
  | { readonly kind: 'identity'; readonly token: string }
  /** A token of the registry itself. */
  | { readonly kind: 'registry'; readonly token: string };

/** The account as messages name it. */
export const accountOf = (credentials: Credentials): string =>
  credentials.kind === 'password' ? credentials.user : `the token of ${credentials.from}`;

/**
 * The credentials that `docker login` or `podman login` have stored for a registry. Under sudo, those of the user who
 * called it come first. Within a file, a helper for the host precedes the helper for all, and that the text in the file.
 * @param host `docker.io`, `registry:5000`
 * @param path of the repository: Podman stores credentials for parts of a registry as well
 */
export const findCredentials = async (
  host: string,
  path: string,
  environment: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> => {
  for (const user of usersOf(environment))
    for (const file of filesOf(user)) {
      const found = await searchFile(file, host, path, user);
      if (found) return found;
    }
  return undefined;
};

const filesOf = ({ environment, home, uid }: HomeUser): readonly string[] => [
  ...(environment.REGISTRY_AUTH_FILE ? [environment.REGISTRY_AUTH_FILE] : []),
  `${environment.DOCKER_CONFIG || `${home}/.docker`}/config.json`,
  `${environment.XDG_RUNTIME_DIR || `/run/user/${uid}`}/containers/auth.json`,
  `/run/containers/${uid}/auth.json`,
  `${environment.XDG_CONFIG_HOME || `${home}/.config`}/containers/auth.json`,
];

const searchFile = async (
  path: string,
  host: string,
  repository: string,
  user: HomeUser,
): Promise<Credentials | undefined> => {
  const file = readAuthFile(path, user.uid);
  if (!file) return undefined;
  const helper = file.helperFor(host) ?? file.helperForAll;
  const secret = helper && (await askHelper(helper, serverNameOf(host), user));
  if (secret) return { ...secret, from: `docker-credential-${helper}` };
  const written = file.secretFor(host, repository);
  return written && { ...written, from: path };
};

/** Docker Hub's has been this since its first version. */
const serverNameOf = (host: string): string => (host === 'docker.io' ? 'https://index.docker.io/v1/' : host);
