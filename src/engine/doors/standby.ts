import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/** A supervisor that the launcher has started beside this command, before anybody knew of which project. */
export type Standby = {
  /** Descriptors of pipes: its standard input and output. */
  readonly input: number;
  readonly output: number;
  /** Ends it; the end of this process does so as well, unless it is kept. */
  readonly abandon: () => void;
  readonly keep: () => void;
};

/** The launcher leaves its ends of the two pipes open at these descriptors. */
const DESCRIPTORS = { output: 7, input: 8 } as const;

let standby: Standby | undefined;

/** Takes over what the launcher has left in the environment of this command, and puts it in order. */
export const takeOver = (environment: NodeJS.ProcessEnv): void => {
  const {
    TSCOMPOSE_STANDBY: pid,
    TSCOMPOSE_AUTHORITIES: authorities,
    TSCOMPOSE_ENVIRONMENT: whole,
  } = environment;
  for (const name of ['STANDBY', 'AUTHORITIES', 'ENVIRONMENT']) delete environment[`TSCOMPOSE_${name}`];
  if (authorities !== undefined) environment.NODE_EXTRA_CA_CERTS = authorities;
  if (whole !== undefined) Object.assign(environment, withoutNamesOfShell(whole));
  if (pid !== undefined) standby = open(Number(pid));
};

/** The supervisor on standby, for the first that asks. */
export const takeStandby = (): Standby | undefined => {
  const taken = standby;
  standby = undefined;
  return taken;
};

/** The variables that sh has lost. Of /proc/PID/environ, zeros have become line ends, and line ends \\x01. */
const withoutNamesOfShell = (whole: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    whole
      .split('\n')
      .map((line) => line.split('='))
      .filter(([name = '']) => /[^\w]/.test(name))
      .map(([name = '', ...value]) => [name, value.join('=').replaceAll('\x01', '\n')]),
  );

const open = (pid: number): Standby | undefined => {
  if (!Object.values(DESCRIPTORS).every(isPipe)) return undefined;
  const input = own(DESCRIPTORS.input, constants.O_WRONLY);
  const output = own(DESCRIPTORS.output, constants.O_RDONLY | constants.O_NONBLOCK);
  const abandon = (): void => {
    process.off('exit', abandon);
    closeSync(input);
    closeSync(output);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  };
  process.once('exit', abandon);
  return { input, output, abandon, keep: () => void process.off('exit', abandon) };
};

const isPipe = (fd: number): boolean => {
  try {
    return fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
};

/** The same pipe at a descriptor that no program inherits which this process starts. */
const own = (fd: number, flags: number): number => {
  const copy = openSync(`/proc/self/fd/${fd}`, flags);
  closeSync(fd);
  return copy;
};
