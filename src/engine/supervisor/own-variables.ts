/** Patterns of sh: its directories, and what Node.js, the dynamic linker and the C library read. */
export const OWN_PATTERNS = [
  ...['TSCOMPOSE_*', 'XDG_*', 'NODE_*', 'LD_*', 'LC_*'],
  ...['HOME', 'PATH', 'TMPDIR', 'LANG', 'TZ'],
] as const;

/**
 * The variables that a supervisor reads. It outlives the command that starts it, and others of the command may be
 * secrets: they would be in /proc/PID/environ as long as it runs.
 */
export const ownVariables = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => OWN.test(name) && name !== COSTLY));

const OWN = new RegExp(`^(${OWN_PATTERNS.join('|').replaceAll('*', '.*')})$`);

/**
 * Node 20 parses all authorities at its start where this is set, which takes longer than the rest of the start. No
 * supervisor makes a connection with TLS.
 */
const COSTLY = 'NODE_EXTRA_CA_CERTS';
