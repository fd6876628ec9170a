/** One option, in the notation of its help line: `-t, --timeout <seconds>`, `--no-deps`. */
export type OptionSpec = {
  readonly flags: string;
  /** Further names, which help does not show. */
  readonly aliases?: readonly string[];
  /** An option that says the opposite, and sets the same key: `-T, --no-tty` of `-t, --tty`. */
  readonly opposite?: Pick<OptionSpec, 'flags' | 'aliases' | 'summary'>;
  readonly summary: string;
  /** Reads the value; throws a `TypeError` with the expected form. */
  readonly parse?: (text: string) => unknown;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly repeat?: true;
  /** The environment variable that the parser reads if the option is not given. */
  readonly env?: string;
};

export type CommandSpec = {
  /** One word, or two of a group: `volume ls`. */
  readonly name: string;
  readonly alias?: string;
  readonly group: 'Start and stop' | 'Look' | 'Enter' | 'Storage' | 'Networks';
  /** In the notation of usage lines: `<service> [command...]`. */
  readonly operands: string;
  /** The words allowed as first operand, if only a few are. */
  readonly words?: readonly string[];
  readonly summary: string;
  readonly details?: string;
  readonly options: readonly OptionSpec[];
  /** Command lines without `tscompose`. */
  readonly examples: readonly string[];
  readonly exitStatus?: string;
  /** Whether running containers may end by this command. */
  readonly endsContainers?: true;
  /** Whether the command is about a process and its end, of which `--dry-run` knows nothing. */
  readonly awaitsProcess?: true;
  /** Whether the command starts the supervisor of a project that has none: it is started while the files are read. */
  readonly startsSupervisor?: true;
  /** Words after the first operand are not parsed. */
  readonly passThrough?: true;
};

/** The parser's result for a list of options: `--no-log-prefix` is `logPrefix`, true unless the option is given. */
export type OptionsOf<Specs extends readonly OptionSpec[]> = {
  readonly [Spec in Specs[number] as Key<Spec['flags']>]: Spec extends { repeat: true }
    ? readonly Value<Spec>[]
    : Spec extends { default: string }
      ? Value<Spec>
      : Spec['flags'] extends `${string}--no-${string}`
        ? boolean
        : Value<Spec> | undefined;
};

type Value<Spec extends OptionSpec> = Spec extends { parse: (text: string) => infer Parsed }
  ? Parsed
  : Spec extends { choices: readonly (infer Choice)[] }
    ? Choice
    : Spec['flags'] extends `${string}<${string}`
      ? string
      : boolean;

type LongName<Flags> = Flags extends `${string}--${infer Long}`
  ? Long extends `${infer Name} ${string}`
    ? Name
    : Long
  : never;

type Key<Flags extends string> = Camel<
  Flags extends `${string}<${string}` ? LongName<Flags> : Positive<LongName<Flags>>
>;

type Positive<Name extends string> = Name extends `no-${infer Rest}` ? Rest : Name;

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
