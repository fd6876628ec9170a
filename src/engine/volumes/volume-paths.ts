/**
 * The paths of the store: `<state>/.volumes`. Names of projects and volumes begin with a letter or a digit, so
 * directories with a dot are its own.
 */
export type VolumePaths = {
  readonly store: string;
  /** Removed volumes during their deletion. */
  readonly trash: string;
  /** Holds `volume.json`, `data` and `lock`; only root can enter it. */
  readonly directory: (name: string) => string;
  /** The directory that containers see. */
  readonly data: (name: string) => string;
  readonly definition: (name: string) => string;
  readonly lock: (name: string) => string;
};

export const volumePaths = (stateDirectory: string): VolumePaths => {
  const store = `${stateDirectory}/.volumes`;
  const directory = (name: string): string => `${store}/${name}`;
  return {
    store,
    trash: `${store}/.trash`,
    directory,
    data: (name) => `${directory(name)}/data`,
    definition: (name) => `${directory(name)}/volume.json`,
    lock: (name) => `${directory(name)}/lock`,
  };
};

/** The names of directories during their creation begin with it. */
export const STAGING = '.new-';
