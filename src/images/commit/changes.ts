/** The part `config` of an image's configuration, as its JSON has it. */
export type RawConfig = Readonly<Record<string, unknown>>;

/** A change of `commit -c` that cannot be made: the end of a sentence about it. */
export type ChangeFault = { readonly change: string; readonly fault: string };

/**
 * Applies instructions of a Dockerfile in order, as `docker commit -c` does. Variables in them are not replaced. All
 * faults are found at once.
 */
export const withChanges = (
  config: RawConfig,
  changes: readonly string[],
): { readonly config: RawConfig } | { readonly faults: readonly ChangeFault[] } => {
  const faults: ChangeFault[] = [];
  let changed = config;
  let hasCommand = false;
  for (const change of changes) {
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*?)\s*$/.exec(change) ?? [];
    const name = keyword.toUpperCase();
    const instruction = INSTRUCTIONS[name];
    try {
      if (!instruction) throw new Fault(`must begin with one of ${Object.keys(INSTRUCTIONS).join(', ')}`);
      if (rest === '') throw new Fault(`must have something after ${name}`);
      changed = { ...changed, ...instruction(rest, changed) };
      hasCommand ||= name === 'CMD';
      // As in a Dockerfile: the command of the image was for the entrypoint of the image.
      if (name === 'ENTRYPOINT' && !hasCommand) changed = { ...changed, Cmd: null };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push({ change, fault: error.message });
    }
  }
  return faults.length > 0 ? { faults } : { config: changed };
};

class Fault extends Error {}

type Instruction = (rest: string, config: RawConfig) => RawConfig;

const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  CMD: (rest) => ({ Cmd: commandOf(rest) }),
  ENTRYPOINT: (rest) => ({ Entrypoint: commandOf(rest) }),
  ENV: (rest, { Env }) => ({ Env: withVariables(textsOf(Env), pairsOf(rest)) }),
  EXPOSE: (rest, { ExposedPorts }) => ({
    ExposedPorts: { ...recordOf(ExposedPorts), ...keys(rest.split(/\s+/).flatMap(portsOf)) },
  }),
  LABEL: (rest, { Labels }) => ({ Labels: { ...recordOf(Labels), ...Object.fromEntries(pairsOf(rest)) } }),
  ONBUILD: (rest, { OnBuild }) => {
    if (/^(FROM|MAINTAINER|ONBUILD)\b/i.test(rest))
      throw new Fault(`must not have ${rest.split(/\s/)[0]} in it`);
    return { OnBuild: [...textsOf(OnBuild), rest] };
  },
  STOPSIGNAL: (rest) => ({ StopSignal: oneWord(rest) }),
  USER: (rest) => ({ User: oneWord(rest) }),
  VOLUME: (rest, { Volumes }) => ({
    Volumes: { ...recordOf(Volumes), ...keys(listOf(rest) ?? rest.split(/\s+/)) },
  }),
  WORKDIR: (rest, { WorkingDir }) => ({
    WorkingDir: rest.startsWith('/') ? rest : `${typeof WorkingDir === 'string' ? WorkingDir : ''}/${rest}`,
  }),
};

/** A JSON list of texts; without one, a line for the shell. */
const commandOf = (rest: string): readonly string[] => listOf(rest) ?? ['/bin/sh', '-c', rest];

const listOf = (rest: string): readonly string[] | undefined => {
  try {
    const value: unknown = JSON.parse(rest);
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
};

const oneWord = (rest: string): string => {
  if (/\s/.test(rest)) throw new Fault('must have one word');
  return rest;
};

/** `a=b c="d e"`, or the old form `a b c` with one name. */
const pairsOf = (rest: string): readonly (readonly [string, string])[] => {
  const words = rest.match(/(?:"(?:\\[\s\S]|[^"\\])*"|'[^']*'|\\[\s\S]|[^\s"'\\])+/g) ?? [];
  if (!words[0]?.includes('=')) {
    const [, name = '', value = ''] = /^(\S+)\s+([\s\S]+)$/.exec(rest) ?? [];
    if (name === '') throw new Fault('must have the form NAME=value');
    return [[name, value]];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 1) throw new Fault(`must have the form NAME=value, and not \`${word}\``);
    return [unquoted(word.slice(0, equals)), unquoted(word.slice(equals + 1))];
  });
};

const unquoted = (text: string): string =>
  text.replace(/"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|\\([\s\S])/g, (_, double, single, escaped) =>
    double === undefined ? (single ?? escaped) : double.replace(/\\(["\\$])/g, '$1'),
  );

/** `80`, `53/udp`, `8000-8002/tcp`. */
const portsOf = (text: string): readonly string[] => {
  const [, first = '', last = first, protocol = 'tcp'] =
    /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || from < 1 || to > 65_535 || to < from)
    throw new Fault(`must have ports such as 80 or 53/udp, and not \`${text}\``);
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}/${protocol.toLowerCase()}`);
};

const withVariables = (
  variables: readonly string[],
  pairs: readonly (readonly [string, string])[],
): readonly string[] => {
  const all = new Map(variables.map((entry) => [entry.split('=')[0]!, entry]));
  for (const [name, value] of pairs) all.set(name, `${name}=${value}`);
  return [...all.values()];
};

const keys = (names: readonly string[]): Readonly<Record<string, object>> =>
  Object.fromEntries(names.map((name) => [name, {}]));

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
