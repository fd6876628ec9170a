import { readFileSync } from 'node:fs';

/** A user whose files are read, and as whom the programs that they name are run. */
export type HomeUser = {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
};

/** The user who called sudo, if there is one, and then the one that this process is. */
export const usersOf = (environment: NodeJS.ProcessEnv): readonly HomeUser[] => {
  const self = {
    uid: process.getuid!(),
    gid: process.getgid!(),
    home: environment.HOME || '/root',
    environment,
  };
  const invoking = self.uid === 0 ? invokingUser(environment) : undefined;
  return invoking ? [invoking, self] : [self];
};

const invokingUser = (environment: NodeJS.ProcessEnv): HomeUser | undefined => {
  const { SUDO_UID = '', SUDO_GID = '' } = environment;
  if (!/^[1-9]\d*$/.test(SUDO_UID) || !/^\d+$/.test(SUDO_GID)) return undefined;
  const home = homeOf(SUDO_UID);
  if (home === undefined) return undefined;
  // Directories in root's environment are root's, except where it names a file for this command.
  const { XDG_RUNTIME_DIR, XDG_CONFIG_HOME, HOME, ...rest } = environment;
  return {
    uid: Number(SUDO_UID),
    gid: Number(SUDO_GID),
    home,
    environment: { ...rest, HOME: home, XDG_RUNTIME_DIR: `/run/user/${SUDO_UID}` },
  };
};

const homeOf = (uid: string): string | undefined => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.split(':')[2] === uid);
  return line?.split(':')[5];
};
