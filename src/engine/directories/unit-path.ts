/** The unit of systemd that starts a project at boot; systemd.unit(5): such a directory is the administrator's. */
export const unitPath = (project: string): string => `${UNITS}/${unitName(project)}`;

export const unitName = (project: string): string => `tscompose-${project}.service`;

const UNITS = '/etc/systemd/system';

/** The link that `systemctl enable` makes, by `WantedBy` of the unit. */
export const enabledPath = (project: string): string =>
  `${UNITS}/multi-user.target.wants/${unitName(project)}`;
