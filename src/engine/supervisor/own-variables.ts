/**
 * The variables that a supervisor reads. It outlives the command that starts it, and others of the command may be
 * secrets: they would be in /proc/PID/environ as long as it runs.
 */
export const ownVariables = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => OWN.test(name)));

/** Its directories, and what Node.js, the dynamic linker and the C library read. */
const OWN = /^(TSCOMPOSE_|XDG_|NODE_|LD_|LC_|(HOME|PATH|TMPDIR|LANG|TZ)$)/;
